from jarvis.texts import Text

TEXTS = {
    "tools.formula_long": Text(
        "The formula has {length} characters; at most {most} are read.",
        "La fórmula tiene {length} caracteres; se leen {most} como mucho.",
    ),
    "tools.formula_long.hint": Text("Calculate it in parts.", "Calcúlela por partes."),
    "tools.formula_deep": Text(
        "The formula has more than {most} parentheses within each other.",
        "La fórmula tiene más de {most} paréntesis uno dentro de otro.",
    ),
    "tools.formula_deep.hint": Text("Calculate it in parts.", "Calcúlela por partes."),
    "tools.formula_unread": Text(
        "The formula {formula!r} cannot be read from {at!r} on.",
        "La fórmula {formula!r} no se entiende a partir de {at!r}.",
    ),
    "tools.formula_unread.hint": Text(
        "Write it with numbers, letters, + - * / ^ ( ) and functions: sqrt(2) * 3.",
        "Escríbala con números, letras, + - * / ^ ( ) y funciones: sqrt(2) * 3.",
    ),
    "tools.formula_word": Text(
        "In {formula!r} the word {word!r} is no function, constant or letter.",
        "En {formula!r} la palabra {word!r} no es una función, una constante ni una letra.",
    ),
    "tools.formula_word.hint": Text(
        "Use numbers, letters, sqrt, sin, cos, tan, ln, log, exp, abs, factorial, gcd, lcm, min, max, mean.",
        "Use números, letras, sqrt, sin, cos, tan, ln, log, exp, abs, factorial, gcd, lcm, min, max, mean.",
    ),
    "tools.formula_arguments": Text(
        "{name} takes {least} to {most} values, and {found} were given.",
        "{name} toma de {least} a {most} valores, y se dieron {found}.",
    ),
    "tools.formula_arguments.hint": Text(
        "Separate them with a comma or a semicolon: max(3; 5).", "Sepárelos con coma o punto y coma: max(3; 5)."
    ),
    "tools.formula_matrix": Text(
        "{formula!r} is no matrix: rows of the same length, at most 100 numbers.",
        "{formula!r} no es una matriz: filas igual de largas, 100 números como mucho.",
    ),
    "tools.formula_matrix.hint": Text("Write it as [[1, 2], [3, 4]].", "Escríbala como [[1, 2], [3, 4]]."),
    "tools.formula_zero": Text("It would divide by zero.", "Habría que dividir por cero."),
    "tools.formula_zero.hint": Text(
        "Nothing is its result; check the formula.", "No tiene resultado; revise la fórmula."
    ),
    "tools.formula_no_equation": Text("{task} takes no equation.", "{task} no admite una ecuación."),
    "tools.formula_no_equation.hint": Text(
        "Leave out the equals sign, or use the task solve.", "Quite el signo igual, o use la tarea solve."
    ),
    "tools.formula_slow": Text(
        "It takes more than {seconds:.0f} seconds, or too much memory.",
        "Tarda más de {seconds:.0f} segundos, o necesita demasiada memoria.",
    ),
    "tools.formula_slow.hint": Text("Ask for something smaller.", "Pida algo más pequeño."),
    "tools.formula_failed": Text("It cannot be worked out: {reason}.", "No se puede resolver: {reason}."),
    "tools.formula_failed.hint": Text(
        "Check the formula, or ask for a simpler form.", "Revise la fórmula, o pida una forma más sencilla."
    ),
    "tools.maths.solve": Text("solutions", "soluciones"),
    "tools.maths.simplify": Text("simplified", "simplificado"),
    "tools.maths.expand": Text("expanded", "desarrollado"),
    "tools.maths.factor": Text("factored", "factorizado"),
    "tools.maths.differentiate": Text("derivative", "derivada"),
    "tools.maths.integrate": Text("integral", "integral"),
    "tools.maths.limit": Text("limit", "límite"),
    "tools.maths.calculate": Text("result", "resultado"),
    "tools.maths.none": Text("none", "ninguna"),
    "tools.units_unlike": Text("{unit} cannot become {to}.", "{unit} no puede pasar a {to}."),
    "tools.units_unlike.hint": Text(
        "Convert between units of the same kind: lengths, weights, volumes, temperatures.",
        "Convierta entre unidades de la misma clase: longitudes, pesos, volúmenes, temperaturas.",
    ),
    "tools.units_unknown": Text("The unit {unit!r} is not known.", "No se conoce la unidad {unit!r}."),
    "tools.units_unknown.hint": Text(
        "Use its usual name or sign: kilometre, km, kg, celsius.",
        "Use su nombre o signo usual: kilómetro, km, kg, celsius.",
    ),
    "tools.units_currency": Text(
        "{unit} is money: exchange rates change by the minute and are not known here.",
        "{unit} es dinero: los cambios varían cada minuto y aquí no se conocen.",
    ),
    "tools.units_currency.hint": Text(
        "Say so to the person; with a rate they give, multiply with the calculator.",
        "Dígaselo a la persona; con un cambio que le dé, multiplique con la calculadora.",
    ),
    "tools.clock_no_place": Text(
        "No time zone is known for {place!r}; alike: {close}.",
        "No se conoce la zona horaria de {place!r}; parecidos: {close}.",
    ),
    "tools.clock_no_place.hint": Text(
        "Name a big city nearby, or the zone (America/Bogota).",
        "Nombre una ciudad grande cercana, o la zona (America/Bogota).",
    ),
    "tools.when_unknown": Text("{text!r} is no moment that can be read.", "{text!r} no es un momento que se entienda."),
    "tools.when_unknown.hint": Text(
        "Say it as: in 10 minutes, tomorrow at 8, Friday at 17:00, 2026-12-24 18:30.",
        "Dígalo así: en 10 minutos, mañana a las 8, el viernes a las 17:00, 2026-12-24 18:30.",
    ),
    "tools.clock.here": Text("It is {time}, {day}.", "Son las {time}, {day}."),
    "tools.clock.there": Text("In {place} it is {time}, {day}.", "En {place} son las {time}, {day}."),
    "tools.clock.then": Text(
        "When it is {here} here, it is {time} in {place}, {day}.",
        "Cuando aquí son las {here}, en {place} son las {time}, {day}.",
    ),
    "tools.clock.weekday": Text("It is a {day}.", "Es {day}."),
    "tools.clock.added": Text("{start} plus {days} days is {day}.", "{start} más {days} días es {day}."),
    "tools.clock.between": Text(
        "From {start} to {end} there are {days} days ({weeks} weeks and {rest} days).",
        "Del {start} al {end} hay {days} días ({weeks} semanas y {rest} días).",
    ),
    "tools.timers.set.timer": Text(
        "Timer {number} is set: it rings {when}.", "Temporizador {number} puesto: suena {when}."
    ),
    "tools.timers.set.alarm": Text("Alarm {number} is set: it rings {when}.", "Alarma {number} puesta: suena {when}."),
    "tools.timers.set.reminder": Text(
        "Reminder {number} is set, {when}: {text}", "Recordatorio {number} puesto, {when}: {text}"
    ),
    "tools.timers.line.timer": Text("{number}: timer, {when}: {text}", "{number}: temporizador, {when}: {text}"),
    "tools.timers.line.alarm": Text("{number}: alarm, {when}: {text}", "{number}: alarma, {when}: {text}"),
    "tools.timers.line.reminder": Text("{number}: reminder, {when}: {text}", "{number}: recordatorio, {when}: {text}"),
    "tools.timers.rings.timer": Text("The timer is over.{text}", "El temporizador ha terminado.{text}"),
    "tools.timers.rings.alarm": Text("Alarm: it is time.{text}", "Alarma: es la hora.{text}"),
    "tools.timers.rings.reminder": Text("Reminder: {text}", "Recordatorio: {text}"),
    "tools.timers.late": Text("{text} (This was due {when}.)", "{text} (Debía sonar {when}.)"),
    "tools.timers.empty": Text(
        "No timer, alarm or reminder is set.", "No hay ningún temporizador, alarma ni recordatorio."
    ),
    "tools.timers.cancelled": Text("Cancelled: {lines}", "Cancelado: {lines}"),
    "tools.timers_none": Text(
        "There is no timer, alarm or reminder {which!r}.",
        "No hay ningún temporizador, alarma ni recordatorio {which!r}.",
    ),
    "tools.timers_none.hint": Text("See which there are: `jarvis reminders`.", "Vea cuáles hay: `jarvis reminders`."),
    "tools.timers_which": Text("{which!r} may be any of: {numbers}.", "{which!r} puede ser cualquiera de: {numbers}."),
    "tools.timers_which.hint": Text("Give its number.", "Dé su número."),
    "tools.timers_many": Text("There are {most} already.", "Ya hay {most}."),
    "tools.timers_many.hint": Text(
        "Cancel some: `jarvis reminders cancel NUMBER`.", "Cancele algunos: `jarvis reminders cancel NÚMERO`."
    ),
    "tools.timers_past": Text("That is over: {when}.", "Eso ya ha pasado: {when}."),
    "tools.timers_past.hint": Text("Give a moment to come.", "Dé un momento que esté por llegar."),
    "tools.timers_again": Text(
        "{when!r} comes again and again, which no timer does yet.",
        "{when!r} se repite, y ningún temporizador lo hace todavía.",
    ),
    "tools.timers_again.hint": Text("Set the next one alone.", "Ponga solo el siguiente."),
    "tools.weekday.0": Text("Monday", "lunes"),
    "tools.weekday.1": Text("Tuesday", "martes"),
    "tools.weekday.2": Text("Wednesday", "miércoles"),
    "tools.weekday.3": Text("Thursday", "jueves"),
    "tools.weekday.4": Text("Friday", "viernes"),
    "tools.weekday.5": Text("Saturday", "sábado"),
    "tools.weekday.6": Text("Sunday", "domingo"),
    "tools.month.1": Text("January", "enero"),
    "tools.month.2": Text("February", "febrero"),
    "tools.month.3": Text("March", "marzo"),
    "tools.month.4": Text("April", "abril"),
    "tools.month.5": Text("May", "mayo"),
    "tools.month.6": Text("June", "junio"),
    "tools.month.7": Text("July", "julio"),
    "tools.month.8": Text("August", "agosto"),
    "tools.month.9": Text("September", "septiembre"),
    "tools.month.10": Text("October", "octubre"),
    "tools.month.11": Text("November", "noviembre"),
    "tools.month.12": Text("December", "diciembre"),
    "tools.weather_where": Text("No place was named.", "No se nombró ningún lugar."),
    "tools.weather_where.hint": Text(
        "Name a city, or set one for good: `jarvis config set tools.place CITY`.",
        "Nombre una ciudad, o fije una para siempre: `jarvis config set tools.place CIUDAD`.",
    ),
    "tools.weather_no_place": Text("No place is called {place!r}.", "Ningún lugar se llama {place!r}."),
    "tools.weather_no_place.hint": Text("Name a town nearby.", "Nombre una ciudad cercana."),
    "tools.weather_too_far": Text(
        "The weather is known {days} days ahead.", "El tiempo se conoce con {days} días de antelación."
    ),
    "tools.weather_too_far.hint": Text("Ask for a nearer day.", "Pregunte por un día más cercano."),
    "tools.weather.now": Text(
        "{place}, now: {sky}, {degrees} °C (feels like {feels} °C), humidity {humidity} %, wind {wind} km/h.",
        "{place}, ahora: {sky}, {degrees} °C (sensación de {feels} °C), humedad {humidity} %, viento {wind} km/h.",
    ),
    "tools.weather.day": Text(
        "{day}: {sky}, {low} to {high} °C, chance of rain {chance} % ({rain} mm).",
        "{day}: {sky}, de {low} a {high} °C, probabilidad de lluvia {chance} % ({rain} mm).",
    ),
    "tools.weather.sky.unknown": Text("unknown sky", "cielo desconocido"),
    "tools.weather.sky.0": Text("clear sky", "despejado"),
    "tools.weather.sky.1": Text("mainly clear", "casi despejado"),
    "tools.weather.sky.2": Text("partly cloudy", "parcialmente nublado"),
    "tools.weather.sky.3": Text("overcast", "cubierto"),
    "tools.weather.sky.45": Text("fog", "niebla"),
    "tools.weather.sky.48": Text("freezing fog", "niebla helada"),
    "tools.weather.sky.51": Text("light drizzle", "llovizna débil"),
    "tools.weather.sky.53": Text("drizzle", "llovizna"),
    "tools.weather.sky.55": Text("heavy drizzle", "llovizna intensa"),
    "tools.weather.sky.56": Text("light freezing drizzle", "llovizna helada débil"),
    "tools.weather.sky.57": Text("freezing drizzle", "llovizna helada"),
    "tools.weather.sky.61": Text("light rain", "lluvia débil"),
    "tools.weather.sky.63": Text("rain", "lluvia"),
    "tools.weather.sky.65": Text("heavy rain", "lluvia intensa"),
    "tools.weather.sky.66": Text("light freezing rain", "lluvia helada débil"),
    "tools.weather.sky.67": Text("freezing rain", "lluvia helada"),
    "tools.weather.sky.71": Text("light snow", "nieve débil"),
    "tools.weather.sky.73": Text("snow", "nieve"),
    "tools.weather.sky.75": Text("heavy snow", "nieve intensa"),
    "tools.weather.sky.77": Text("snow grains", "cinarra"),
    "tools.weather.sky.80": Text("light showers", "chubascos débiles"),
    "tools.weather.sky.81": Text("showers", "chubascos"),
    "tools.weather.sky.82": Text("violent showers", "chubascos violentos"),
    "tools.weather.sky.85": Text("light snow showers", "chubascos de nieve débiles"),
    "tools.weather.sky.86": Text("heavy snow showers", "chubascos de nieve intensos"),
    "tools.weather.sky.95": Text("thunderstorm", "tormenta"),
    "tools.weather.sky.96": Text("thunderstorm with hail", "tormenta con granizo"),
    "tools.weather.sky.99": Text("thunderstorm with heavy hail", "tormenta con granizo fuerte"),
    "tools.files_outside": Text(
        "{path} is in none of the folders that may be read.",
        "{path} no está en ninguna de las carpetas que se pueden leer.",
    ),
    "tools.files_outside.hint": Text("They are: {folders}.", "Son: {folders}."),
    "tools.files_none": Text("There is no file {path!r}.", "No existe el fichero {path!r}."),
    "tools.files_none.hint": Text("List the folder to see what is there.", "Liste la carpeta para ver qué hay."),
    "tools.files_no_text": Text("{path} is no text.", "{path} no es texto."),
    "tools.files_no_text.hint": Text(
        "Documents (PDF, Word, ...) are read with `jarvis learn`.",
        "Los documentos (PDF, Word, ...) se leen con `jarvis learn`.",
    ),
    "tools.files_unreadable": Text("{path} cannot be read: {reason}.", "{path} no se puede leer: {reason}."),
    "tools.files_unreadable.hint": Text("Check its permissions.", "Revise sus permisos."),
    "tools.files.list": Text("{path}: {count} entries", "{path}: {count} entradas"),
    "tools.files.more": Text("… and {count} more", "… y {count} más"),
    "tools.files.cut": Text(
        "(cut: characters {start} to {end} of {size}; read on with offset {end})",
        "(cortado: caracteres {start} a {end} de {size}; siga con offset {end})",
    ),
    "tools.files.strangers": Text("files", "ficheros"),
    "tools.files.nothing": Text("Nothing matches {words!r}.", "Nada coincide con {words!r}."),
    "tools.web_address": Text(
        "{url!r} is no web address that may be fetched.", "{url!r} no es una dirección web que se pueda leer."
    ),
    "tools.web_address.hint": Text(
        "Give an address that begins with https:// or http://, without user name, on the usual port.",
        "Dé una dirección que empiece por https:// o http://, sin usuario y en el puerto habitual.",
    ),
    "tools.web_private": Text(
        "{host} leads into a private network, which is never read.", "{host} lleva a una red privada, que nunca se lee."
    ),
    "tools.web_private.hint": Text("Only public pages can be fetched.", "Solo se leen páginas públicas."),
    "tools.web_unreachable": Text("{host} cannot be reached: {reason}.", "No se puede llegar a {host}: {reason}."),
    "tools.web_unreachable.hint": Text(
        "Check the address, or try again later.", "Revise la dirección, o pruebe más tarde."
    ),
    "tools.web_refused": Text("{host} answered with status {status}.", "{host} respondió con el estado {status}."),
    "tools.web_refused.hint": Text(
        "Open the page in a browser to see why.", "Abra la página en un navegador para ver por qué."
    ),
    "tools.web_redirects": Text("{host} leads on more than {most} times.", "{host} redirige más de {most} veces."),
    "tools.web_redirects.hint": Text("Give the final address.", "Dé la dirección final."),
    "tools.web_no_text": Text("{host} sent {kind}, which is no text.", "{host} envió {kind}, que no es texto."),
    "tools.web_no_text.hint": Text("Only pages and text are read.", "Solo se leen páginas y texto."),
    "tools.wolfram_failed": Text("Wolfram|Alpha did not answer: {reason}.", "Wolfram|Alpha no respondió: {reason}."),
    "tools.wolfram_failed.hint": Text(
        "Try again, or put it in other words.", "Pruebe otra vez, o dígalo con otras palabras."
    ),
    "tools.wolfram_key": Text("Wolfram|Alpha refuses the key.", "Wolfram|Alpha rechaza la clave."),
    "tools.wolfram_key.hint": Text(
        "Give a good AppID: `jarvis key set wolfram_alpha`.", "Dé un AppID válido: `jarvis key set wolfram_alpha`."
    ),
    "tools.wolfram_unknown": Text(
        "Wolfram|Alpha does not understand the question.", "Wolfram|Alpha no entiende la pregunta."
    ),
    "tools.wolfram_unknown.hint": Text("Ask in short English words.", "Pregunte con pocas palabras, en inglés."),
    "tools.why.off": Text(
        "Off: `jarvis config set tools.{name} true`.", "Apagada: `jarvis config set tools.{name} true`."
    ),
    "tools.why.folders": Text(
        "No folder may be read: `jarvis config set tools.folders ~/Documents`.",
        "No hay carpetas que leer: `jarvis config set tools.folders ~/Documents`.",
    ),
    "tools.why.wolfram": Text("No key: `jarvis key set wolfram_alpha`.", "Sin clave: `jarvis key set wolfram_alpha`."),
    "tools.why.not_set_up": Text(
        "Not connected: `jarvis connect --help` says how.", "Sin conectar: `jarvis connect --help` dice cómo."
    ),
    "tools.why.library": Text(
        "A library is missing ({library}): install Jarvis again.",
        "Falta una biblioteca ({library}): instale Jarvis otra vez.",
    ),
    "tools.why.failed": Text("It does not work: {reason}", "No funciona: {reason}"),
    "tools.why.slow": Text("It said nothing for {seconds:.0f} seconds.", "No dijo nada en {seconds:.0f} segundos."),
    "tools.why.schema": Text("Its tools have no usable schemas.", "Sus herramientas no tienen esquemas utilizables."),
    "tools.slow": Text("{name} took more than {seconds:.0f} seconds.", "{name} tardó más de {seconds:.0f} segundos."),
    "tools.slow.hint": Text("Try again, or ask for less.", "Pruebe otra vez, o pida menos."),
    "tools.failed": Text("{name} failed: {reason}.", "{name} falló: {reason}."),
    "tools.failed.hint": Text(
        "The daemon's log says more; do without it now.", "El registro del demonio dice más; siga sin ella."
    ),
    "tools.arguments_no_json": Text(
        "The arguments of {name} are no JSON object: {text}", "Los argumentos de {name} no son un objeto JSON: {text}"
    ),
    "tools.arguments_no_json.hint": Text('Give them as {{"name": value}}.', 'Délos como {{"nombre": valor}}.'),
    "tools.arguments_wrong": Text(
        "Wrong arguments for {name}: {reason} (at {place}). It takes {schema}",
        "Argumentos erróneos para {name}: {reason} (en {place}). Admite {schema}",
    ),
    "tools.arguments_wrong.hint": Text("Call it again with right ones.", "Llámela otra vez con los correctos."),
    "tools.box.calculator": Text("Arithmetic and symbolic mathematics.", "Aritmética y matemáticas simbólicas."),
    "tools.box.units": Text("Units of measure.", "Unidades de medida."),
    "tools.box.clock": Text("Time, time zones and dates.", "Hora, zonas horarias y fechas."),
    "tools.box.timers": Text("Timers, alarms and reminders.", "Temporizadores, alarmas y recordatorios."),
    "tools.box.weather": Text("The weather, by Open-Meteo.", "El tiempo, por Open-Meteo."),
    "tools.box.files": Text("Files in folders that were allowed.", "Ficheros de las carpetas permitidas."),
    "tools.box.web": Text("Public web pages.", "Páginas web públicas."),
    "tools.box.wolfram_alpha": Text("Facts and calculations by Wolfram|Alpha.", "Datos y cálculos de Wolfram|Alpha."),
    "tools.about.calculator": Text("Exact arithmetic and percentages.", "Aritmética exacta y porcentajes."),
    "tools.about.maths": Text(
        "Equations, derivatives, integrals, limits, matrices.", "Ecuaciones, derivadas, integrales, límites, matrices."
    ),
    "tools.about.units": Text("Converts units of measure.", "Convierte unidades de medida."),
    "tools.about.clock": Text("The time here and elsewhere.", "La hora aquí y en otros lugares."),
    "tools.about.dates": Text(
        "Weekdays, days between dates, days added.", "Días de la semana, días entre fechas, sumar días."
    ),
    "tools.about.set_timer": Text(
        "Sets a timer, an alarm or a reminder.", "Pone un temporizador, una alarma o un recordatorio."
    ),
    "tools.about.list_timers": Text("Lists what is set.", "Muestra los que hay."),
    "tools.about.cancel_timer": Text(
        "Cancels a timer, an alarm or a reminder.", "Cancela un temporizador, una alarma o un recordatorio."
    ),
    "tools.about.weather": Text("The weather now and the forecast.", "El tiempo ahora y la previsión."),
    "tools.about.list_files": Text("Lists a folder.", "Muestra una carpeta."),
    "tools.about.read_file": Text("Reads a text file.", "Lee un fichero de texto."),
    "tools.about.search_files": Text("Finds files by words.", "Busca ficheros por palabras."),
    "tools.about.fetch_page": Text("Reads a public web page.", "Lee una página web pública."),
    "tools.about.wolfram_alpha": Text("Asks Wolfram|Alpha.", "Pregunta a Wolfram|Alpha."),
    "tools.cli.on": Text("on", "sí"),
    "tools.cli.off": Text("off", "no"),
    "tools.cli.effect": Text("changes", "cambia"),
    "tools.cli.asks": Text("asks", "pregunta"),
    "tools.cli.column.tool": Text("tool", "herramienta"),
    "tools.cli.column.state": Text("on", "activa"),
    "tools.cli.column.effect": Text("effect", "efecto"),
    "tools.cli.column.about": Text("what it does, or why it is off", "qué hace, o por qué no está"),
    "tools.cli.list": Text("What is set, and what has rung.", "Lo que hay puesto, y lo que ha sonado."),
    "tools.cli.cancel": Text("Cancel one by its number.", "Cancelar uno por su número."),
    "tools.when.today": Text("at {time}", "a las {time}"),
    "tools.when.day": Text("on {day} at {time}", "el {day} a las {time}"),
}
