import type { Texts } from '../texts.ts'

/** Was jemand zu jedem Code liest: was geschehen ist, und was zu tun ist. */
export const errors: Texts['errors'] = {
  request: {
    invalid: 'Der Server hat das nicht angenommen. Prüfe deine Eingaben und versuche es noch einmal.',
    not_found:
      'Der Server kennt diese Anfrage nicht. Vielleicht ist er älter als diese App; frag die Leute, die ihn betreiben.',
    method_not_allowed:
      'Der Server kennt diese Anfrage nicht. Vielleicht ist er älter als diese App; frag die Leute, die ihn betreiben.',
    too_large: 'Das ist zu groß für den Server. Kürze es und versuche es noch einmal.',
    unsupported_type:
      'Der Server konnte diese Anfrage nicht lesen. Vielleicht hilft es, die App zu aktualisieren.',
    timeout:
      'Die Anfrage hat den Server nicht rechtzeitig erreicht. Prüfe deine Verbindung und versuche es noch einmal.',
    headers_too_large:
      'Der Server konnte diese Anfrage nicht lesen. Vielleicht hilft es, dich neu anzumelden.',
    too_many: 'Das war viel in einer Minute. Warte einen Moment und mach dann weiter.',
  },
  session: {
    unauthenticated: 'Du bist nicht mehr angemeldet. Melde dich neu an, um weiterzumachen.',
    bad_credentials: 'Benutzername oder Passwort ist falsch. Prüfe beides und versuche es noch einmal.',
    username_taken: 'Dieser Benutzername ist vergeben. Wähle einen anderen.',
    not_found: 'Dieses Gerät ist bereits abgemeldet.',
    user_not_found: 'Diese Person hat hier kein Konto mehr.',
    not_admin: 'Das kann nur die Administration dieses Arbeitsbereichs.',
    last_admin: 'Nur du verwaltest diesen Arbeitsbereich. Gib diese Rolle zuerst noch jemandem.',
    too_many_attempts: 'Es gab zu viele Versuche, sich anzumelden. Versuche es später noch einmal.',
    too_many_registrations:
      'Aus deinem Netz wurden zu viele Konten angelegt. Versuche es später noch einmal.',
    registration_closed: 'Dieser Server nimmt keine neuen Konten an. Frag die Leute, die ihn betreiben.',
    invite_needed:
      'Für diesen Server brauchst du eine Einladung. Bitte die Administration des Arbeitsbereichs um einen Code.',
    invite_invalid: 'Diese Einladung gilt nicht oder nicht mehr. Bitte um eine neue.',
    invite_not_found: 'Diese Einladung gibt es nicht mehr.',
  },
  avatar: {
    upload_not_found: 'Das Hochladen ist abgelaufen. Versuche es noch einmal, um das Bild neu zu senden.',
    upload_missing: 'Das Bild ist nicht beim Speicher angekommen. Versuche es noch einmal.',
    upload_mismatch: 'Das Bild wurde unterwegs beschädigt. Versuche es noch einmal, um es neu zu senden.',
    not_an_avatar: 'Der Server konnte dieses Bild nicht verwenden. Wähle ein anderes.',
    not_found: 'Dieses Bild gibt es nicht mehr.',
    recent_not_found: 'Dieses frühere Bild ist nicht mehr aufgehoben.',
    notice_not_found: 'Diesen Hinweis gibt es nicht mehr.',
    too_many_changes: 'Das Bild wurde zu oft geändert. Versuche es später noch einmal.',
  },
  chat: {
    room_not_found: 'Diese Unterhaltung gibt es nicht mehr, oder du gehörst nicht mehr dazu.',
    message_not_found: 'Diese Nachricht gibt es nicht mehr.',
    message_deleted: 'Diese Nachricht wurde gelöscht und lässt sich nicht mehr ändern.',
    not_yours: 'Du kannst nur deine eigenen Nachrichten ändern.',
    not_a_group: 'Leute kann man nur zu Räumen hinzufügen. Lege einen Raum an, um mit mehreren zu sprechen.',
    unknown_person:
      'Jemand von den Gewählten hat hier kein Konto mehr. Nimm die Person heraus und versuche es noch einmal.',
    dm_with_yourself: 'Zu einem Direktchat gehört noch jemand.',
    too_many_members: 'In einen Raum passen höchstens {max, number} Leute. Wähle weniger aus.',
    too_many_reactions:
      'Eine Nachricht trägt höchstens {max, number} verschiedene Emojis. Nimm eines, das schon da ist.',
    attachment_not_found: 'Dieses Bild ist nicht mehr da. Hänge es noch einmal an.',
    attachment_missing: 'Das Bild kam beim Speicher nicht an. Versuche es noch einmal.',
    attachment_mismatch: 'Das Bild wurde unterwegs beschädigt. Versuche es noch einmal, um es neu zu senden.',
    not_an_image: 'Der Server konnte dieses Bild nicht gebrauchen. Wähle ein anderes.',
    too_many_attachments: 'Das waren viele Bilder in kurzer Zeit. Warte einen Moment, dann geht es weiter.',
    too_many_searches: 'Das waren viele Suchen in einer Minute. Warte einen Moment und mach dann weiter.',
    search_too_slow: 'Das würde zu viel finden. Nimm längere Wörter oder suche in einem Raum.',
  },
  server: {
    database_unavailable:
      'Der Server erreicht seine Datenbank nicht. Versuche es in einem Moment noch einmal.',
    storage_unavailable:
      'Der Server erreicht seinen Bildspeicher nicht. Versuche es in einem Moment noch einmal.',
    stopping: 'Der Server startet gerade neu. Versuche es in einem Moment noch einmal.',
    internal:
      'Auf dem Server ist etwas schiefgegangen. Versuche es noch einmal; wenn es bleibt, wende dich an die Leute, die ihn betreiben.',
  },
  desktop: {
    invalid_argument: 'Die App hat etwas Unmögliches verlangt. Starte sie neu und versuche es noch einmal.',
    invalid_server: 'Das ist keine Serveradresse. Sie sieht so aus: https://chat.example.com.',
    offline: 'Dieser Computer ist offline. Prüfe seine Netzwerkverbindung.',
    server_unreachable:
      'Der Server ist nicht zu erreichen. Prüfe deine Verbindung und die Adresse des Servers.',
    not_medallion: 'An dieser Adresse ist kein Medallion-Server. Prüfe, ob du dich vertippt hast.',
    bad_answer:
      'Der Server hat so geantwortet, dass diese App es nicht versteht. Vielleicht hilft es, sie zu aktualisieren.',
    signed_out: 'Du bist nicht mehr angemeldet. Melde dich neu an, um weiterzumachen.',
    store_unreachable:
      'Der Bildspeicher ist nicht zu erreichen. Prüfe deine Verbindung und versuche es noch einmal.',
    store_refused:
      'Der Bildspeicher hat das Bild abgelehnt. Versuche es noch einmal; wenn es bleibt, wende dich an die Leute, die den Server betreiben.',
    upload_expired:
      'Das Hochladen hat zu lange gedauert und gilt nicht mehr. Versuche es noch einmal, um das Bild neu zu senden.',
    clock_skewed:
      'Die Uhren von Server und Bildspeicher gehen auseinander, deshalb lehnt der Speicher Bilder ab. Wende dich an die Leute, die den Server betreiben.',
    draft_gone: 'Das gewählte Bild ist nicht mehr da. Wähle es noch einmal.',
    file_too_large: 'Diese Datei ist größer als 50 MB. Wähle eine kleinere.',
    file_unreadable: 'Diese Datei ließ sich nicht öffnen. Prüfe, ob sie noch da ist und du sie lesen darfst.',
    file_unwritable:
      'Die Datei ließ sich nicht schreiben. Prüfe, ob Platz ist und du dort schreiben darfst, oder wähle einen anderen Ort.',
    image_too_large: 'Dieses Bild ist größer als 20 MB. Wähle ein kleineres.',
    not_an_image: 'Das ist kein Bild einer bekannten Art. Wähle ein anderes.',
    image_gone: 'Dieses Bild ist nicht mehr da.',
    internal: 'In der App ist etwas schiefgegangen. Versuche es noch einmal; wenn es bleibt, starte sie neu.',
  },
}

/** Dieselben Sätze, wo mehr bekannt ist als der Code. */
export const exactly: Texts['exactly'] = {
  request: '{sentence} (Anfrage {id})',
  nextPicture:
    'Innerhalb einer Stunde wurden zu oft Bilder geändert. Das nächste kannst du um {time} setzen.',
  nextSignIn: 'Es gab zu viele Versuche, sich anzumelden. Um {time} kannst du es wieder versuchen.',
  clockAhead:
    'Die Uhr des Bildspeichers geht gegenüber der des Servers {minutes, plural, one {eine Minute} other {# Minuten}} vor, deshalb lehnt er Bilder ab. Wende dich an die Leute, die den Server betreiben.',
  clockBehind:
    'Die Uhr des Bildspeichers geht gegenüber der des Servers {minutes, plural, one {eine Minute} other {# Minuten}} nach, deshalb lehnt er Bilder ab. Wende dich an die Leute, die den Server betreiben.',
  storeRefused:
    'Der Bildspeicher hat das Bild abgelehnt ({detail}). Versuche es noch einmal; wenn es bleibt, wende dich an die Leute, die den Server betreiben.',
}
