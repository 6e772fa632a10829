from jarvis.texts import Text

TEXTS = {
    # --- who may knock
    "server.bad_host": Text(
        "The request has no Host header, or one that names no host.",
        "La petición no tiene cabecera Host, o no nombra ningún equipo.",
    ),
    "server.bad_host.hint": Text(
        "Send exactly one, such as `Host: localhost`.", "Envíe exactamente una, como `Host: localhost`."
    ),
    "server.foreign_host": Text(
        "Jarvis does not answer to the name {host!r}.", "Jarvis no responde al nombre {host!r}."
    ),
    "server.foreign_host.hint": Text(
        "If that name is yours, allow it and restart Jarvis: `jarvis config set server.allowed_hosts {name}` (several with commas).",
        "Si ese nombre es suyo, permítalo y reinicie Jarvis: `jarvis config set server.allowed_hosts {name}` (varios con comas).",
    ),
    "server.foreign_origin": Text(
        "Pages of {origin!r} may not use Jarvis.", "Las páginas de {origin!r} no pueden usar Jarvis."
    ),
    "server.foreign_origin.hint": Text(
        "If you trust that page, list it and restart Jarvis: `jarvis config set server.allowed_origins {origin}` (several with commas).",
        "Si confía en esa página, inclúyala y reinicie Jarvis: `jarvis config set server.allowed_origins {origin}` (varias con comas).",
    ),
    "server.null_origin": Text(
        "A page without an origin of its own, such as a file or a sandboxed frame, may not use Jarvis.",
        "Una página sin origen propio, como un fichero o un marco aislado, no puede usar Jarvis.",
    ),
    "server.null_origin.hint": Text(
        "Serve it from an address, for example with `python3 -m http.server 8000`, and allow that one:"
        " `jarvis config set server.allowed_origins http://localhost:8000`; then restart Jarvis.",
        "Sírvala desde una dirección, por ejemplo con `python3 -m http.server 8000`, y permita esa:"
        " `jarvis config set server.allowed_origins http://localhost:8000`; después reinicie Jarvis.",
    ),
    "server.bad_allowed_host": Text(
        "server.allowed_hosts: {value!r} is not a host name.",
        "server.allowed_hosts: {value!r} no es un nombre de equipo.",
    ),
    "server.bad_allowed_host.hint": Text(
        "Write names without scheme or path, such as `jarvis.home.lan`.",
        "Escriba nombres sin esquema ni ruta, como `jarvis.casa.lan`.",
    ),
    "server.bad_allowed_origin": Text(
        "server.allowed_origins: {value!r} is not an origin.", "server.allowed_origins: {value!r} no es un origen."
    ),
    "server.bad_allowed_origin.hint": Text(
        "Write scheme and host, such as `https://chat.home.lan:3000`; `null` and `*` are never allowed.",
        "Escriba esquema y equipo, como `https://chat.casa.lan:3000`; `null` y `*` no se permiten nunca.",
    ),
    # --- who is it
    "server.no_token": Text("This needs an access token.", "Hace falta un código de acceso."),
    "server.no_token.hint": Text(
        "Send `Authorization: Bearer TOKEN`; `jarvis token` prints yours.",
        "Envíe `Authorization: Bearer CÓDIGO`; `jarvis token` muestra el suyo.",
    ),
    "server.two_tokens": Text(
        "The request carries two different access tokens.", "La petición lleva dos códigos de acceso distintos."
    ),
    "server.two_tokens.hint": Text(
        "Send one: `Authorization: Bearer TOKEN` or `x-api-key: TOKEN`.",
        "Envíe uno: `Authorization: Bearer CÓDIGO` o `x-api-key: CÓDIGO`.",
    ),
    "server.wrong_token": Text("That access token is not valid.", "Ese código de acceso no es válido."),
    "server.wrong_token.hint": Text(
        "`jarvis token` prints the one that is; it changes with `jarvis token --rotate`.",
        "`jarvis token` muestra el válido; cambia con `jarvis token --rotate`.",
    ),
    "server.token_expired": Text("That access token has expired.", "Ese código de acceso ha caducado."),
    "server.token_expired.hint": Text(
        "Ask the owner of this Jarvis for another.", "Pida otro al dueño de este Jarvis."
    ),
    "server.too_many_guesses": Text(
        "Too many wrong access tokens from this address.",
        "Demasiados códigos de acceso erróneos desde esta dirección.",
    ),
    "server.too_many_guesses.hint": Text(
        "`jarvis token` prints the right one, which works at once; guesses are answered again in"
        " {retry_after:.0f} seconds.",
        "`jarvis token` muestra el correcto, que funciona al momento; los intentos se atienden de nuevo en"
        " {retry_after:.0f} segundos.",
    ),
    "server.no_scope": Text(
        "The token of {person} does not allow this (scope {scope!r} is missing).",
        "El código de {person} no permite esto (falta el permiso {scope!r}).",
    ),
    "server.no_scope.hint": Text("Use the owner's token.", "Use el código del dueño."),
    "server.no_person": Text("Nobody in this house is called {name}.", "En esta casa nadie se llama {name}."),
    "server.no_person.hint": Text(
        "Name one of: {known}; or give somebody a token first: `jarvis token add NAME --person NAME`.",
        "Nombre a alguien de: {known}; o dele antes un código: `jarvis token add NOMBRE --person NOMBRE`.",
    ),
    # --- the token file
    "server.token_exposed": Text(
        "Others on this machine can read the access token in {path} (mode {mode}).",
        "Otros en esta máquina pueden leer el código de acceso de {path} (modo {mode}).",
    ),
    "server.token_exposed.hint": Text(
        "Close it and make a new one: `chmod 600 {path} && jarvis token --rotate`.",
        "Ciérrelo y haga uno nuevo: `chmod 600 {path} && jarvis token --rotate`.",
    ),
    "server.token_damaged": Text(
        "The file {path} holds no access token.", "El fichero {path} no contiene un código de acceso."
    ),
    "server.token_damaged.hint": Text(
        "Make a new one: `jarvis token --rotate`.", "Haga uno nuevo: `jarvis token --rotate`."
    ),
    "server.token_unreadable": Text(
        "The access token in {path} cannot be read or written: {reason}.",
        "El código de acceso de {path} no se puede leer o escribir: {reason}.",
    ),
    "server.token_unreadable.hint": Text(
        "Look at the folder and the free space: `ls -ld {folder}; df -h {folder}`.",
        "Mire la carpeta y el espacio libre: `ls -ld {folder}; df -h {folder}`.",
    ),
    "server.token_help": Text(
        "Print the access token that programs need to use Jarvis over HTTP.",
        "Muestra el código de acceso que los programas necesitan para usar Jarvis por HTTP.",
    ),
    "server.token_rotate_help": Text(
        "Replace it; the old one stops working at once.", "Lo renueva; el anterior deja de funcionar al momento."
    ),
    "server.token_rotated": Text(
        "The old token no longer works. Give the new one to the programs that use Jarvis.",
        "El código anterior ya no funciona. Dé el nuevo a los programas que usan Jarvis.",
    ),
    # --- the form of a request
    "server.no_such_path": Text("There is nothing at {path!r}.", "No hay nada en {path!r}."),
    "server.no_such_path.hint": Text(
        "All paths are in /openapi.json. OpenAI clients want a base URL that ends in /v1.",
        "Todas las rutas están en /openapi.json. Los clientes de OpenAI necesitan una URL base que termine en /v1.",
    ),
    "server.not_offered": Text("Jarvis does not offer {path}.", "Jarvis no ofrece {path}."),
    "server.not_offered.hint": Text(
        "It offers chat/completions, completions, embeddings, rerank and models; all paths are in /openapi.json.",
        "Ofrece chat/completions, completions, embeddings, rerank y models; todas las rutas están en /openapi.json.",
    ),
    "server.no_money": Text(
        "This Jarvis asks no paid model, so there is nothing to account for.",
        "Este Jarvis no pregunta a ningún modelo de pago, así que no hay cuentas que mostrar.",
    ),
    "server.no_money.hint": Text(
        "`jarvis config show budget` shows what is set.", "`jarvis config show budget` muestra lo configurado."
    ),
    "server.wrong_method": Text("{path} does not take {method}.", "{path} no admite {method}."),
    "server.wrong_method.hint": Text("Use: {allow}.", "Use: {allow}."),
    "server.not_json_type": Text("The body must be JSON.", "El cuerpo debe ser JSON."),
    "server.not_json_type.hint": Text(
        "Send the header `Content-Type: application/json`.", "Envíe la cabecera `Content-Type: application/json`."
    ),
    "server.encoded_body": Text(
        "The body is encoded ({encoding}); Jarvis reads it only as it is.",
        "El cuerpo viene codificado ({encoding}); Jarvis solo lo lee tal cual.",
    ),
    "server.encoded_body.hint": Text(
        "Send it without compression and without the header `Content-Encoding`.",
        "Envíelo sin comprimir y sin la cabecera `Content-Encoding`.",
    ),
    "server.body_overdue": Text(
        "The body was not complete after {seconds:.0f} seconds.",
        "El cuerpo no estaba completo a los {seconds:.0f} segundos.",
    ),
    "server.body_overdue.hint": Text(
        "Send it faster, or allow more time: `jarvis config set server.request_timeout_seconds {more:.0f}`.",
        "Envíelo más deprisa, o permita más tiempo: `jarvis config set server.request_timeout_seconds {more:.0f}`.",
    ),
    "server.slow_body": Text(
        "The body stopped coming for {seconds:.0f} seconds.",
        "El cuerpo dejó de llegar durante {seconds:.0f} segundos.",
    ),
    "server.slow_body.hint": Text("Send it again.", "Envíelo otra vez."),
    "server.too_large": Text(
        "The body is larger than {most} MiB (server.max_body_mib).",
        "El cuerpo ocupa más de {most} MiB (server.max_body_mib).",
    ),
    "server.too_large.hint": Text(
        "Send less, or allow more: `jarvis config set server.max_body_mib {more}`.",
        "Envíe menos, o permita más: `jarvis config set server.max_body_mib {more}`.",
    ),
    "server.head_too_large": Text(
        "The request line and headers are larger than {most} bytes or {count} lines.",
        "La línea de petición y las cabeceras pasan de {most} bytes o {count} líneas.",
    ),
    "server.head_too_large.hint": Text("Send fewer or shorter headers.", "Envíe menos cabeceras o más cortas."),
    "server.slow_head": Text(
        "The request's headers took longer than {seconds:.0f} seconds.",
        "Las cabeceras de la petición tardaron más de {seconds:.0f} segundos.",
    ),
    "server.slow_head.hint": Text("Send them at once.", "Envíelas de una vez."),
    "server.not_http": Text("That is not an HTTP request.", "Eso no es una petición HTTP."),
    "server.not_http.hint": Text(
        "Speak HTTP/1.1, and TLS only when `server.tls` is auto or `server.tls_cert` is set.",
        "Use HTTP/1.1, y TLS solo si `server.tls` es auto o `server.tls_cert` está configurado.",
    ),
    "server.plain_http": Text(
        "This port speaks HTTPS, and that was plain HTTP.", "Este puerto habla HTTPS, y eso era HTTP a secas."
    ),
    "server.plain_http.hint": Text(
        "Write https:// instead of http:// in the address.", "Escriba https:// en vez de http:// en la dirección."
    ),
    "server.json_invalid": Text(
        "The body is not valid JSON at line {line}, column {column}.",
        "El cuerpo no es JSON válido en la línea {line}, columna {column}.",
    ),
    "server.json_invalid.hint": Text(
        "Check commas and quotes there, and that the text is UTF-8 without a BOM and without half surrogate pairs.",
        "Revise ahí comas y comillas, y que el texto sea UTF-8 sin BOM y sin medios pares subrogados.",
    ),
    "server.json_deep": Text(
        "The body is nested too deeply, at line {line}, column {column}.",
        "El cuerpo tiene demasiados niveles, en la línea {line}, columna {column}.",
    ),
    "server.json_deep.hint": Text("Nest less: 190 levels are fine.", "Use menos niveles: 190 no son problema."),
    "server.not_an_object": Text("The body must be a JSON object.", "El cuerpo debe ser un objeto JSON."),
    "server.not_an_object.hint": Text(
        'It begins with a brace: {{"model": "auto", ...}}.', 'Empieza con una llave: {{"model": "auto", ...}}.'
    ),
    # --- fields
    "server.field_missing": Text("The field {field} is missing.", "Falta el campo {field}."),
    "server.field_missing.hint": Text("Add it.", "Añádalo."),
    "server.field_type": Text("{field} must be of type {expected}.", "{field} debe ser de tipo {expected}."),
    "server.field_type.hint": Text(
        "The types of all fields are in /openapi.json.", "Los tipos de todos los campos están en /openapi.json."
    ),
    "server.field_min": Text("{field} must be at least {limit}.", "{field} debe ser como mínimo {limit}."),
    "server.field_min.hint": Text("Raise it.", "Súbalo."),
    "server.field_max": Text("{field} must be at most {limit}.", "{field} debe ser como máximo {limit}."),
    "server.field_max.hint": Text("Lower it.", "Bájelo."),
    "server.field_short": Text(
        "{field} is a list that needs {limit} or more entries.", "{field} es una lista de {limit} elementos o más."
    ),
    "server.field_short.hint": Text("Add to it.", "Añada más."),
    "server.field_long": Text(
        "{field} holds {actual} entries; {limit} are the most.",
        "{field} tiene {actual} elementos; como mucho pueden ser {limit}.",
    ),
    "server.field_long.hint": Text(
        "Send fewer, in several requests if need be.", "Envíe menos, en varias peticiones si hace falta."
    ),
    "server.text_short": Text(
        "{field} is a text that needs {limit} or more characters.", "{field} es un texto de {limit} caracteres o más."
    ),
    "server.text_short.hint": Text("Fill it in, or leave the field out.", "Rellénelo, o quite el campo."),
    "server.text_long": Text(
        "{field} is a text of {limit} characters at most.", "{field} es un texto de {limit} caracteres como mucho."
    ),
    "server.text_long.hint": Text("Shorten it.", "Acórtelo."),
    "server.field_choice": Text("{field} must be one of: {limit}.", "{field} debe ser uno de: {limit}."),
    "server.field_choice.hint": Text("Use one of these.", "Use uno de estos."),
    "server.field_pattern": Text("{field} must match {limit}.", "{field} debe cumplir {limit}."),
    "server.field_pattern.hint": Text("Use other characters.", "Use otros caracteres."),
    "server.field_invalid": Text("{field} is not valid: {reason}.", "{field} no es válido: {reason}."),
    "server.field_invalid.hint": Text(
        "The shape of all fields is in /openapi.json.", "La forma de todos los campos está en /openapi.json."
    ),
    "server.bad_number": Text(
        "{name} must be a whole number, not {value!r}.", "{name} debe ser un número entero, no {value!r}."
    ),
    "server.bad_number.hint": Text("Write digits only.", "Escriba solo cifras."),
    "server.not_finite": Text(
        "{field} holds a number that JSON cannot express.", "{field} contiene un número que JSON no puede expresar."
    ),
    "server.not_finite.hint": Text("Use finite numbers.", "Use números finitos."),
    "server.field_needs": Text("{field} only goes with {other}.", "{field} solo va con {other}."),
    "server.field_needs.hint": Text(
        "Send {other} too, or leave {field} out.", "Envíe también {other}, o quite {field}."
    ),
    "server.fields_clash": Text("{field} does not go with {other}.", "{field} no puede ir con {other}."),
    "server.fields_clash.hint": Text("Leave one of them out.", "Quite uno de los dos."),
    "server.unsupported_field": Text("{field} is not supported.", "{field} no se admite."),
    "server.unsupported_field.hint": Text(
        "Leave it out; `tools` replaces functions.", "Quítelo; `tools` sustituye a functions."
    ),
    "server.part_role": Text(
        "{field}: a message of role {role} cannot hold {kind}.",
        "{field}: un mensaje de rol {role} no puede llevar {kind}.",
    ),
    "server.part_role.hint": Text(
        "Images and sounds go in user messages, tool calls in assistant messages.",
        "Las imágenes y sonidos van en mensajes de user, las llamadas a herramientas en los de assistant.",
    ),
    "server.remote_image": Text(
        "An image must be in the request itself; Jarvis fetches nothing from the network.",
        "Una imagen debe ir en la propia petición; Jarvis no descarga nada de la red.",
    ),
    "server.remote_image.hint": Text(
        "Send it as `data:image/png;base64,...` (png, jpeg, gif, webp, bmp).",
        "Envíela como `data:image/png;base64,...` (png, jpeg, gif, webp, bmp).",
    ),
    "server.unknown_tool": Text(
        "tool_choice names {name!r}, which is not among the tools.",
        "tool_choice nombra {name!r}, que no está entre las herramientas.",
    ),
    "server.unknown_tool.hint": Text("Add it to `tools`.", "Añádala a `tools`."),
    "server.dimensions": Text(
        "The vectors of {model} have {size} dimensions, not {asked}.",
        "Los vectores de {model} tienen {size} dimensiones, no {asked}.",
    ),
    "server.dimensions.hint": Text("Leave `dimensions` out.", "Quite `dimensions`."),
    "server.model_not_found": Text("There is no model {name!r} here.", "Aquí no hay ningún modelo {name!r}."),
    "server.model_not_found.hint": Text(
        "GET /v1/models lists those that are; `jarvis models` also those that `jarvis pull ID` fetches.",
        "GET /v1/models muestra los que hay; `jarvis models`, también los que `jarvis pull ID` descarga.",
    ),
    "server.model_misspelt": Text(
        "There is no model {name!r} here. Did you mean {nearest}?",
        "Aquí no hay ningún modelo {name!r}. ¿Quería decir {nearest}?",
    ),
    "server.model_misspelt.hint": Text(
        "Ask for {nearest}; GET /v1/models lists all that are here.",
        "Pida {nearest}; GET /v1/models muestra todos los que hay aquí.",
    ),
    # --- not now
    "server.full": Text("Jarvis is already serving {most} requests.", "Jarvis ya está atendiendo {most} peticiones."),
    "server.full.hint": Text(
        "Ask again in {retry_after:.0f} seconds, or allow more: `jarvis config set server.max_concurrent {more}`.",
        "Vuelva a preguntar en {retry_after:.0f} segundos, o permita más: `jarvis config set server.max_concurrent {more}`.",
    ),
    "server.not_ready": Text("No model can answer now: {reason}", "Ningún modelo puede responder ahora: {reason}"),
    "server.not_ready.hint": Text("See `jarvis doctor`.", "Vea `jarvis doctor`."),
    "server.stopping": Text("Jarvis is stopping.", "Jarvis se está deteniendo."),
    "server.stopping.hint": Text("Ask again when it is back.", "Vuelva a preguntar cuando haya vuelto."),
    "server.timed_out": Text(
        "The answer took longer than {seconds:.0f} seconds and was stopped.",
        "La respuesta tardó más de {seconds:.0f} segundos y se detuvo.",
    ),
    "server.timed_out.hint": Text(
        "Ask for less (`max_tokens`), or allow more: `jarvis config set server.request_timeout_seconds {more:.0f}`.",
        "Pida menos (`max_tokens`), o permita más: `jarvis config set server.request_timeout_seconds {more:.0f}`.",
    ),
    "server.unexpected": Text(
        "Something inside Jarvis failed (request {id}).", "Algo falló dentro de Jarvis (petición {id})."
    ),
    "server.unexpected.hint": Text(
        "This is a defect. The log tells more under {id}; `jarvis doctor` checks the rest.",
        "Es un fallo de Jarvis. El registro da más detalles con el número {id}; `jarvis doctor` revisa lo demás.",
    ),
    "server.untold": Text("The request failed ({code}).", "La petición falló ({code})."),
    # --- where it listens
    "server.exposed_bind": Text(
        "Jarvis will not listen on {host}: it can be reached from outside this machine ({addresses}) and has no TLS.",
        "Jarvis no va a escuchar en {host}: se alcanza desde fuera de esta máquina ({addresses}) y no tiene TLS.",
    ),
    "server.exposed_bind.hint": Text(
        "`jarvis serve --tls auto --host {host}` makes a certificate for the house; or give it yours: `jarvis config set server.tls_cert CERT.pem server.tls_key KEY.pem`; or put a TLS proxy in front: `jarvis config set server.host 127.0.0.1 server.behind_proxy true`.",
        "`jarvis serve --tls auto --host {host}` hace un certificado para la casa; o dele el suyo: `jarvis config set server.tls_cert CERT.pem server.tls_key CLAVE.pem`; o ponga un proxy TLS delante: `jarvis config set server.host 127.0.0.1 server.behind_proxy true`.",
    ),
    "server.proxy_bind": Text(
        "server.behind_proxy is for a proxy on this same machine, but Jarvis would listen on {host}.",
        "server.behind_proxy es para un proxy en esta misma máquina, pero Jarvis escucharía en {host}.",
    ),
    "server.proxy_bind.hint": Text(
        "Listen where only that proxy can reach it: `jarvis config set server.host 127.0.0.1`.",
        "Escuche donde solo ese proxy pueda llegar: `jarvis config set server.host 127.0.0.1`.",
    ),
    "server.unknown_address": Text(
        "{host} is no address of this machine: {reason}.", "{host} no es una dirección de esta máquina: {reason}."
    ),
    "server.unknown_address.hint": Text(
        "Listen on this machine alone, `jarvis config set server.host 127.0.0.1`, or on an address that `ip addr` lists.",
        "Escuche solo en esta máquina, `jarvis config set server.host 127.0.0.1`, o en una dirección de las que lista `ip addr`.",
    ),
    "server.port_in_use": Text(
        "Port {port} of {host} is in use by another program.", "El puerto {port} de {host} lo usa otro programa."
    ),
    "server.port_in_use.hint": Text(
        "See which with `ss -ltnp 'sport = :{port}'`, or choose another: `jarvis serve --port {other}`.",
        "Vea cuál con `ss -ltnp 'sport = :{port}'`, o elija otro: `jarvis serve --port {other}`.",
    ),
    "server.port_forbidden": Text(
        "This user may not listen on port {port}.", "Este usuario no puede escuchar en el puerto {port}."
    ),
    "server.port_forbidden.hint": Text(
        "Choose one above 1023: `jarvis serve --port {other}`.",
        "Elija uno por encima de 1023: `jarvis serve --port {other}`.",
    ),
    "server.tls_unusable": Text(
        "The certificate {cert} or its key cannot be used: {reason}.",
        "El certificado {cert} o su clave no se puede usar: {reason}.",
    ),
    "server.tls_unusable.hint": Text(
        "Check both: `openssl x509 -in {cert} -noout -dates`; the key must be PEM without a password.",
        "Revise ambos: `openssl x509 -in {cert} -noout -dates`; la clave debe ser PEM sin contraseña.",
    ),
    "server.bad_quality": Text(
        "{field} must be economy, balanced, best or a number from 0 to 1.",
        "{field} debe ser economy, balanced, best o un número de 0 a 1.",
    ),
    "server.bad_quality.hint": Text(
        "Send one of them, or leave it out: then `routing.quality` counts.",
        "Envíe uno de ellos, u omítalo: entonces vale `routing.quality`.",
    ),
    "server.bad_preference": Text("{name} cannot be {value!r}.", "{name} no puede ser {value!r}."),
    "server.bad_preference.hint": Text(
        "x-jarvis-quality takes economy, balanced, best or 0 to 1; x-jarvis-cache takes use or none; x-jarvis-private"
        " takes stays or send.",
        "x-jarvis-quality admite economy, balanced, best o de 0 a 1; x-jarvis-cache admite use o none; x-jarvis-private"
        " admite stays o send.",
    ),
}
