from jarvis.texts import Text

TEXTS = {
    # --- what is printed at the start
    "authority.house": Text("For the phones of your house: {url}", "Para los móviles de su casa: {url}"),
    "authority.others": Text("  also: {urls}", "  también: {urls}"),
    "authority.nowhere": Text(
        "No phone can reach it there. For all devices of your house, when this machine is in its network:"
        " `jarvis serve --tls auto --host 0.0.0.0`.",
        "Ahí no puede llegar ningún móvil. Para todos los aparatos de su casa, con esta máquina en su red:"
        " `jarvis serve --tls auto --host 0.0.0.0`.",
    ),
    "authority.scan": Text(
        "Scanned by a phone, this opens a page that has the certificate of the next steps.",
        "Escaneado con un móvil, abre una página que tiene el certificado de los pasos siguientes.",
    ),
    "authority.install": Text(
        "Once on every phone, so that it trusts this machine:\n"
        "  1. Open {url} in its browser (Safari on an iPhone) and go on past the warning: it is the last one.\n"
        '  2. What comes is "{name}". Before you trust it, its SHA-256 fingerprint must be\n'
        "     {fingerprint}\n"
        "     iPhone, iPad: Settings > Profile Downloaded > Install (More Details shows the fingerprint); then Settings >"
        " General > About > Certificate Trust Settings, and turn it on.\n"
        "     Android: look for `CA certificate` in Settings (Security & privacy > More > Encryption & credentials >"
        " Install a certificate), install the file; Trusted credentials > User shows the fingerprint: if it is another, remove it.\n"
        "Then let the phone in: `jarvis open --qr` in another terminal, and scan what it prints.",
        "Una vez en cada móvil, para que se fíe de esta máquina:\n"
        "  1. Abra {url} en su navegador (Safari en un iPhone) y siga adelante pese al aviso: es el último.\n"
        '  2. Lo que llega es "{name}". Antes de fiarse, su huella SHA-256 debe ser\n'
        "     {fingerprint}\n"
        "     iPhone, iPad: Ajustes > Perfil descargado > Instalar (Más detalles muestra la huella); después Ajustes >"
        " General > Información > Ajustes de confianza de los certificados, y actívelo.\n"
        "     Android: busque `Certificado de CA` en Ajustes (Seguridad y privacidad > Más > Cifrado y credenciales >"
        " Instalar un certificado) e instale el fichero; Credenciales de confianza > Usuario muestra la huella: si es otra, quítelo.\n"
        "Después deje entrar al móvil: `jarvis open --qr` en otra terminal, y escanee lo que muestra.",
    ),
    "authority.trust_first": Text(
        "If the phone warns of the certificate: open {url} on it first (`jarvis serve --tls auto` and docs/voice.md say how).",
        "Si el móvil avisa del certificado: abra antes en él {url} (`jarvis serve --tls auto` y docs/voice.md dicen cómo).",
    ),
    "authority.no_phone": Text("No phone can reach Jarvis at {url}.", "Ningún móvil puede llegar a Jarvis en {url}."),
    "authority.no_phone.hint": Text(
        "Let it listen in your house: `jarvis config set server.tls auto server.host 0.0.0.0`, `jarvis stop`, and again;"
        " or, for once, `jarvis stop` and `jarvis serve --tls auto --host 0.0.0.0`.",
        "Haga que escuche en su casa: `jarvis config set server.tls auto server.host 0.0.0.0`, `jarvis stop`, y otra vez;"
        " o, por una vez, `jarvis stop` y `jarvis serve --tls auto --host 0.0.0.0`.",
    ),
    "authority.none": Text(
        "This Jarvis has no certificate authority of its own.",
        "Este Jarvis no tiene autoridad de certificación propia.",
    ),
    "authority.none.hint": Text(
        "`jarvis serve --tls auto --host 0.0.0.0` makes one, for the phones of the house.",
        "`jarvis serve --tls auto --host 0.0.0.0` crea una, para los móviles de la casa.",
    ),
    # --- kept files
    "authority.damaged": Text(
        "{path}, a file of the certificate authority of this house, cannot be used: {reason}.",
        "{path}, un fichero de la autoridad de certificación de esta casa, no se puede usar: {reason}.",
    ),
    "authority.damaged.hint": Text(
        "Put the whole folder back from a backup; or `mv {folder} {folder}.old`, start again, and have every phone trust"
        " the new authority.",
        "Recupere la carpeta entera de una copia; o bien `mv {folder} {folder}.old`, arranque de nuevo y haga que cada"
        " móvil se fíe de la autoridad nueva.",
    ),
    "authority.server_damaged": Text(
        "{path}, the certificate of this machine and its key, cannot be used: {reason}.",
        "{path}, el certificado de esta máquina y su clave, no se puede usar: {reason}.",
    ),
    "authority.server_damaged.hint": Text(
        "`mv {path} {path}.old` and start again: it is made anew, and phones notice nothing.",
        "`mv {path} {path}.old` y arranque de nuevo: se hace otro, y los móviles no notan nada.",
    ),
    "authority.exposed": Text(
        "Others on this machine can read the key in {path} (mode {mode}).",
        "Otros en esta máquina pueden leer la clave de {path} (modo {mode}).",
    ),
    "authority.exposed.hint": Text(
        "`chmod 600 {path}`. If somebody may have read it: `mv {folder} {folder}.old`, start again, and on every phone"
        " remove the old authority and trust the new one.",
        "`chmod 600 {path}`. Si alguien pudo leerla: `mv {folder} {folder}.old`, arranque de nuevo y, en cada móvil,"
        " quite la autoridad vieja y fíese de la nueva.",
    ),
    "authority.missing": Text("it is not there", "no está"),
    "authority.no_key": Text(
        "it holds no private key without a password", "no contiene una clave privada sin contraseña"
    ),
    "authority.other_kind": Text("its key is not of an elliptic curve", "su clave no es de curva elíptica"),
    "authority.no_certificate": Text("it holds no certificate", "no contiene un certificado"),
    "authority.unbound": Text(
        "it has no name constraints, so it is none of Jarvis's", "no tiene restricciones de nombre: no es de Jarvis"
    ),
    "authority.not_a_pair": Text(
        "the certificate is not for the key in {key}", "el certificado no es de la clave de {key}"
    ),
    "authority.of_another": Text(
        "it is of another authority than the one beside it", "es de otra autoridad que la que está a su lado"
    ),
    # --- clocks
    "authority.clock": Text(
        "This machine's clock says {now}: a certificate made now would be good for nobody.",
        "El reloj de esta máquina dice {now}: un certificado hecho ahora no le valdría a nadie.",
    ),
    "authority.clock.hint": Text(
        "Set the clock, `sudo timedatectl set-ntp true`, and start again.",
        "Ponga el reloj en hora, `sudo timedatectl set-ntp true`, y arranque de nuevo.",
    ),
    "authority.early": Text(
        "This machine's clock says {now}, but its certificate authority was made on {made}.",
        "El reloj de esta máquina dice {now}, pero su autoridad de certificación se hizo el {made}.",
    ),
    "authority.early.hint": Text(
        "Set the clock: `sudo timedatectl set-ntp true`. If it is right now and was wrong then: `mv {folder} {folder}.old`,"
        " start again, and have every phone trust the new authority.",
        "Ponga el reloj en hora: `sudo timedatectl set-ntp true`. Si ahora está bien y entonces no:"
        " `mv {folder} {folder}.old`, arranque de nuevo y haga que cada móvil se fíe de la autoridad nueva.",
    ),
    "authority.over": Text(
        "The certificate authority in {path} is over ({end}).",
        "La autoridad de certificación de {path} ha caducado ({end}).",
    ),
    "authority.over.hint": Text(
        "`mv {folder} {folder}.old`, start again, and have every phone trust the new authority.",
        "`mv {folder} {folder}.old`, arranque de nuevo y haga que cada móvil se fíe de la autoridad nueva.",
    ),
}
