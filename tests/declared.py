"""What an owner writes down: machines, and a budget with a paid model."""

ONE_CARD = """
[[gpu]]
name = "Card"
memory_mib = 16384
compute_capability = "12.0"
bandwidth_gbs = 896
used_mib = 1000
[cpu]
name = "Processor"
cores = 16
memory_mib = 65536
bandwidth_gbs = 60
used_mib = 8000
"""
TWO_CARDS = """
[[gpu]]
name = "NVIDIA GeForce RTX 5070 Ti"
memory_mib = 16303
compute_capability = "12.0"
bandwidth_gbs = 896
used_mib = 420

[[gpu]]
name = "NVIDIA GeForce RTX 2060"
memory_mib = 6144
compute_capability = "7.5"
bandwidth_gbs = 336

[cpu]
name = "A Processor"
cores = 16
memory_mib = 65536
bandwidth_gbs = 70
"""
PAID = """
[budget]
month_usd = 1
[api.paid]
provider = "fake"
model = "x"
input_usd_per_million = 10
output_usd_per_million = 30
"""
