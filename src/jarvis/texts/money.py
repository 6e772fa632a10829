from jarvis.texts import Text

TEXTS = {
    "money.no_budget": Text(
        "{provider} has no budget, so {model} is not asked.",
        "{provider} no tiene presupuesto, así que no se pregunta a {model}.",
    ),
    "money.no_budget.hint": Text(
        "Give it one: `jarvis budget set --month 10`, or `jarvis budget set --provider {provider} --month 10`.",
        "Póngale uno: `jarvis budget set --month 10`, o `jarvis budget set --provider {provider} --month 10`.",
    ),
    "money.unreadable": Text(
        "The budget cannot be read, so {model} is not asked. {reason}",
        "No se puede leer el presupuesto, así que no se pregunta a {model}. {reason}",
    ),
    "money.unreadable.hint": Text(
        "`jarvis config check` says what to mend.", "`jarvis config check` dice qué corregir."
    ),
    "money.over_day": Text(
        "Today's budget has ${left} of ${limit} left, and {model} could cost ${cost}. It renews on {renews}.",
        "Del presupuesto de hoy quedan {left} $ de {limit} $, y {model} podría costar {cost} $. Se renueva el {renews}.",
    ),
    "money.over_day.hint": Text(
        "Wait, ask a local model, or allow more: `jarvis budget set --day {enough}`.",
        "Espere, pregunte a un modelo local o permita más: `jarvis budget set --day {enough}`.",
    ),
    "money.over_month": Text(
        "This month's budget has ${left} of ${limit} left, and {model} could cost ${cost}. It renews on {renews}.",
        "Del presupuesto del mes quedan {left} $ de {limit} $, y {model} podría costar {cost} $. Se renueva el {renews}.",
    ),
    "money.over_month.hint": Text(
        "Wait, ask a local model, or allow more: `jarvis budget set --month {enough}`.",
        "Espere, pregunte a un modelo local o permita más: `jarvis budget set --month {enough}`.",
    ),
    "money.over_provider_day": Text(
        "Today's budget of {name} has ${left} of ${limit} left, and {model} could cost ${cost}. It renews on {renews}.",
        "Del presupuesto de hoy de {name} quedan {left} $ de {limit} $, y {model} podría costar {cost} $. Se renueva el"
        " {renews}.",
    ),
    "money.over_provider_day.hint": Text(
        "Wait, ask another model, or allow more: `jarvis budget set --provider {name} --day {enough}`.",
        "Espere, pregunte a otro modelo o permita más: `jarvis budget set --provider {name} --day {enough}`.",
    ),
    "money.over_provider_month": Text(
        "This month's budget of {name} has ${left} of ${limit} left, and {model} could cost ${cost}. It renews on"
        " {renews}.",
        "Del presupuesto del mes de {name} quedan {left} $ de {limit} $, y {model} podría costar {cost} $. Se renueva el"
        " {renews}.",
    ),
    "money.over_provider_month.hint": Text(
        "Wait, ask another model, or allow more: `jarvis budget set --provider {name} --month {enough}`.",
        "Espere, pregunte a otro modelo o permita más: `jarvis budget set --provider {name} --month {enough}`.",
    ),
    "money.over_key": Text(
        "This key may spend ${limit} a month and has ${left} left; {model} could cost ${cost}. It renews on {renews}.",
        "Esta clave puede gastar {limit} $ al mes y le quedan {left} $; {model} podría costar {cost} $. Se renueva el"
        " {renews}.",
    ),
    "money.over_key.hint": Text(
        "Wait, or ask a local model: `jarvis models` lists them.",
        "Espere o pregunte a un modelo local: `jarvis models` los muestra.",
    ),
    "money.no_price": Text(
        "Nobody knows what {model} costs at {provider}, so it is not asked.",
        "Nadie sabe lo que cuesta {model} en {provider}, así que no se le pregunta.",
    ),
    "money.no_price.hint": Text(
        "Say it: `jarvis config set api.{api}.input_usd_per_million X api.{api}.output_usd_per_million Y`; if it costs"
        " nothing: `jarvis config set provider.{provider}.free true`.",
        "Dígalo: `jarvis config set api.{api}.input_usd_per_million X api.{api}.output_usd_per_million Y`; si no cuesta"
        " nada: `jarvis config set provider.{provider}.free true`.",
    ),
    "money.warned": Text(
        "More than {part} of a budget is used: ${left} of ${limit} are left until {renews}.",
        "Se ha usado más del {part} de un presupuesto: quedan {left} $ de {limit} $ hasta el {renews}.",
    ),
    "money.cli.set": Text(
        "Set how much paid models may cost, in all or at one provider; `none` takes a limit away.",
        "Fija cuánto pueden costar los modelos de pago, en total o en un proveedor; `none` quita un límite.",
    ),
    "money.cli.option.day": Text("Most per day, dollars.", "Máximo al día, dólares."),
    "money.cli.option.month": Text("Most per calendar month, dollars.", "Máximo al mes natural, dólares."),
    "money.cli.option.provider": Text("At this provider only.", "Solo en este proveedor."),
    "money.cli.option.warn_at": Text(
        "Part of a budget after which Jarvis says so and leans local.",
        "Parte del presupuesto a partir de la cual Jarvis avisa y tiende a lo local.",
    ),
    "money.cli.option.spread": Text(
        "Spread what is left over the days that are left of the month.",
        "Repartir lo que queda entre los días que quedan del mes.",
    ),
    "money.cli.nothing_to_set": Text(
        "Say what to set: `jarvis budget set --month 10`.", "Diga qué fijar: `jarvis budget set --month 10`."
    ),
    "money.cli.spent": Text(
        "Today ${today}, this month ${month}; if it goes on like this, ${projection} by the end of it.",
        "Hoy {today} $, este mes {month} $; si sigue así, {projection} $ a final de mes.",
    ),
    "money.cli.no_budget": Text(
        "No budget, so no paid model is asked: `jarvis budget set --month 10`.",
        "Sin presupuesto, así que no se pregunta a ningún modelo de pago: `jarvis budget set --month 10`.",
    ),
    "money.cli.open": Text(
        "${open} of it is set aside for answers under way.",
        "De eso, {open} $ están apartados para respuestas en curso.",
    ),
    "money.cli.guessed": Text(
        "${guessed} of it is the most that answers could cost which ended without the provider's count.",
        "De eso, {guessed} $ son lo máximo que pudieron costar respuestas que acabaron sin la cuenta del proveedor.",
    ),
    "money.cli.over": Text(
        "Providers billed ${over} more than was thought possible: compare with their own bill, and check the prices.",
        "Los proveedores cobraron {over} $ más de lo que se creía posible: compárelo con su factura y revise los precios.",
    ),
    "money.cli.allowance": Text(
        "Today may take ${allowance} of the month; holding back now: {pressure}.",
        "Hoy puede gastar {allowance} $ de lo del mes; contención ahora: {pressure}.",
    ),
    "money.cli.kind.day": Text("today{name}", "hoy{name}"),
    "money.cli.kind.month": Text("this month{name}", "este mes{name}"),
    "money.cli.kind.provider_day": Text("{name}, today", "{name}, hoy"),
    "money.cli.kind.provider_month": Text("{name}, this month", "{name}, este mes"),
    "money.cli.kind.key": Text("your key {name}, this month", "su clave {name}, este mes"),
    "money.cli.warned": Text("more than {part} used: leans local", "usado más del {part}: tiende a lo local"),
    "money.cli.free": Text("free", "gratis"),
    "money.cli.lacks_budget": Text("no budget", "sin presupuesto"),
    "money.cli.lacks_key": Text("no key", "sin clave"),
    "money.cli.lacks_price": Text("price unknown: not asked", "precio desconocido: no se le pregunta"),
    "money.cli.own_price": Text("yours", "suyo"),
    "money.cli.prices": Text(
        "Prices in dollars per million tokens read / written; list: {list}, checked last on {dated}.",
        "Precios en dólares por millón de tokens leídos / escritos; lista: {list}, revisada por última vez el {dated}.",
    ),
    "money.cli.column.budget": Text("budget", "presupuesto"),
    "money.cli.column.limit": Text("limit", "límite"),
    "money.cli.column.used": Text("used", "usado"),
    "money.cli.column.left": Text("left", "queda"),
    "money.cli.column.renews": Text("renews", "se renueva"),
    "money.cli.column.provider": Text("provider", "proveedor"),
    "money.cli.column.today": Text("today", "hoy"),
    "money.cli.column.month": Text("month", "mes"),
    "money.cli.column.model": Text("model", "modelo"),
    "money.cli.column.calls": Text("calls", "llamadas"),
    "money.cli.column.price": Text("price", "precio"),
    "money.cli.column.person": Text("person", "persona"),
}
