"""Time zones by the names of places, in Spanish and English. A zone's own city (``Europe/Madrid``) needs no line."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from jarvis.errors import UsageError
from jarvis.words.fold import fold

_TABLE = """
America/New_York: nueva york, new york city, nyc, ny, washington, washington dc, boston, miami, filadelfia, philadelphia, atlanta, florida, costa este, east coast, eastern time, est, edt
America/Chicago: houston, dallas, austin, texas, nueva orleans, new orleans, memphis, central time, cst
America/Denver: salt lake city, colorado, mountain time
America/Los_Angeles: los angeles, la, san francisco, seattle, san diego, las vegas, california, silicon valley, portland, costa oeste, west coast, pacific time, pst, pdt
Pacific/Honolulu: hawai, hawaii
America/Toronto: ottawa, quebec, montreal
America/Mexico_City: mexico, ciudad de mexico, mexico df, cdmx, guadalajara, puebla
America/Argentina/Buenos_Aires: argentina, rosario
America/Sao_Paulo: san pablo, rio de janeiro, rio, brasilia, brasil, brazil
America/Bogota: colombia, medellin, cali, cartagena de indias
America/Lima: peru, cuzco, cusco, arequipa
America/Santiago: chile, santiago de chile, valparaiso
America/Caracas: venezuela
America/Guayaquil: ecuador, quito
America/La_Paz: bolivia
America/Montevideo: uruguay
America/Asuncion: paraguay
America/Havana: cuba, la habana
America/Santo_Domingo: republica dominicana, dominican republic
America/Puerto_Rico: san juan
America/Costa_Rica: san jose
America/Guatemala: ciudad de guatemala
America/Tegucigalpa: honduras
America/Managua: nicaragua
America/El_Salvador: san salvador
America/Panama: ciudad de panama
Europe/Madrid: espana, spain, barcelona, valencia, sevilla, seville, bilbao, zaragoza, malaga, vigo, a coruna, palma, mallorca, granada, peninsula
Atlantic/Canary: canarias, islas canarias, canary islands, tenerife, las palmas, gran canaria, lanzarote, fuerteventura
Europe/Lisbon: lisboa, portugal, oporto, porto
Europe/London: londres, reino unido, united kingdom, uk, inglaterra, england, escocia, scotland, edimburgo, edinburgh, manchester, liverpool, gales, wales, glasgow
Europe/Dublin: irlanda, ireland
Europe/Paris: francia, france, lyon, marsella, marseille, burdeos, niza, toulouse
Europe/Berlin: alemania, germany, munich, hamburgo, hamburg, frankfurt, francfort, colonia, cologne
Europe/Rome: roma, italia, italy, milan, napoles, naples, venecia, venice, florencia, florence, turin
Europe/Amsterdam: paises bajos, netherlands, holanda, holland, rotterdam, la haya, the hague
Europe/Brussels: bruselas, belgica, belgium, amberes, brujas
Europe/Zurich: suiza, switzerland, ginebra, geneva, berna, bern, basilea
Europe/Vienna: viena, austria, salzburgo
Europe/Athens: atenas, grecia, greece
Europe/Warsaw: varsovia, polonia, poland, cracovia, krakow
Europe/Prague: praga, republica checa, czech republic, chequia
Europe/Budapest: hungria, hungary
Europe/Bucharest: bucarest, rumania, romania
Europe/Sofia: bulgaria
Europe/Belgrade: belgrado, serbia
Europe/Zagreb: croacia, croatia
Europe/Stockholm: estocolmo, suecia, sweden, gotemburgo
Europe/Oslo: noruega, norway
Europe/Copenhagen: copenhague, dinamarca, denmark
Europe/Helsinki: finlandia, finland
Atlantic/Reykjavik: reikiavik, islandia, iceland
Europe/Moscow: moscu, rusia, russia, san petersburgo, saint petersburg
Europe/Kyiv: kiev, ucrania, ukraine
Europe/Istanbul: estambul, turquia, turkey, ankara
Africa/Cairo: el cairo, egipto, egypt
Africa/Casablanca: marruecos, morocco, rabat, marrakech
Africa/Johannesburg: sudafrica, south africa, ciudad del cabo, cape town, johannesburgo
Africa/Lagos: nigeria
Africa/Nairobi: kenia, kenya
Africa/Algiers: argel, argelia, algeria
Africa/Tunis: tunez, tunisia
Asia/Jerusalem: israel, tel aviv, jerusalen
Asia/Dubai: dubai, emiratos arabes unidos, emiratos, uae, abu dabi, abu dhabi
Asia/Riyadh: riad, arabia saudi, saudi arabia
Asia/Tehran: teheran, iran
Asia/Kolkata: india, nueva delhi, new delhi, delhi, bombay, mumbai, calcuta, bangalore, chennai
Asia/Karachi: pakistan, islamabad
Asia/Dhaka: bangladesh, daca
Asia/Kathmandu: nepal, katmandu
Asia/Bangkok: tailandia, thailand
Asia/Ho_Chi_Minh: vietnam, hanoi, saigon
Asia/Jakarta: indonesia, yakarta
Asia/Makassar: bali
Asia/Kuala_Lumpur: malasia, malaysia
Asia/Singapore: singapur
Asia/Manila: filipinas, philippines
Asia/Shanghai: china, pekin, beijing, shanghai, shenzhen, canton, guangzhou
Asia/Hong_Kong: hong kong
Asia/Taipei: taiwan
Asia/Tokyo: tokio, tokyo, japon, japan, osaka, kioto, kyoto
Asia/Seoul: seul, corea, corea del sur, south korea, korea
Australia/Sydney: sidney, canberra
Australia/Melbourne: melbourne
Pacific/Auckland: nueva zelanda, new zealand, wellington
UTC: utc, gmt, greenwich, zulu
"""


@cache
def _places() -> dict[str, str]:
    found: dict[str, str] = {}
    for zone in sorted(available_timezones(), key=lambda z: (z.count("/") != 1, z)):
        if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/", "SystemV/")):
            found.setdefault(fold(zone.rpartition("/")[2].replace("_", " ")), zone)
    for line in _TABLE.strip().splitlines():
        zone, _, names = line.partition(": ")
        found |= {name.strip(): zone for name in names.split(",")}
    return found


def zone(place: str) -> ZoneInfo:
    """Of a place, or a zone's own name. Raises UsageError for one that is not known."""
    if place in available_timezones():
        return ZoneInfo(place)
    key = re.sub(r"^(?:la ciudad de|the city of)\s+", "", fold(" ".join(place.replace("_", " ").split())).strip(" .?¿"))
    known = _places()
    for name in (key, key.partition(",")[0].strip()):
        if name in known:
            return ZoneInfo(known[name])
    close = get_close_matches(key, known, n=3, cutoff=0.85)
    raise UsageError("tools.clock_no_place", place=place, close=", ".join(close) or "Tokyo, Madrid, America/Bogota")
