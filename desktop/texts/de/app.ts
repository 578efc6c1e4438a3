import type { Texts } from '../texts.ts'

/** Das Fenster als Ganzes: sein Arbeitsbereich, seine Befehle und seine Tasten. */
export const app: Texts['app'] = {
  failed: {
    title: 'Etwas ist schiefgegangen',
    about:
      'Das Fenster ließ sich nicht zeichnen. Meist hilft es, es neu zu laden; deine Nachrichten sind auf dem Server sicher.',
    reload: 'Neu laden',
  },
  offline: {
    unreachable:
      'Der Server ist nicht zu erreichen. Was du schreibst, bleibt erhalten und wird gesendet, sobald du wieder da bist.',
    offline:
      'Du bist offline. Was du schreibst, bleibt erhalten und wird gesendet, sobald du wieder da bist.',
  },
  welcome: {
    empty: 'Hier ist noch nichts',
    emptyHint: 'Lege einen Raum für dein Team an oder schreib jemandem: beides mit den Knöpfen links.',
    choose: 'Wähle eine Unterhaltung',
    chooseHint: 'Öffne links eine, oder beginne eine neue.',
  },
  recovered: 'Das Fenster wurde neu geladen',
  recoveredHint: 'Es ging nicht mehr. Was du geschrieben hast, ist noch da.',
  roomNotOpened: 'Diese Unterhaltung wurde nicht geöffnet',
  profileNotOpened: 'Dieses Profil wurde nicht geöffnet',
  keys: {
    title: 'Tastenkürzel',
    byTopic: 'Tastenkürzel nach Themen',
    or: 'oder',
    around: {
      title: 'Sich bewegen',
      switch: 'Zu einem Raum oder einer Person',
      search: 'Nachrichten suchen',
      previous: 'Vorige Unterhaltung',
      next: 'Nächste Unterhaltung',
      previousUnread: 'Vorige ungelesene Unterhaltung',
      nextUnread: 'Nächste ungelesene Unterhaltung',
      nextRegion: 'Nächster Teil des Fensters',
      previousRegion: 'Voriger Teil des Fensters',
      list: 'Durch die Liste der Unterhaltungen',
    },
    conversations: {
      title: 'Unterhaltungen',
      newMessage: 'Neue Direktnachricht',
      newRoom: 'Neuer Raum',
      toEnd: 'Als gelesen markieren und ans Ende gehen',
    },
    writing: {
      title: 'Schreiben',
      send: 'Senden',
      newLine: 'Neue Zeile',
      editLast: 'Letzte eigene Nachricht ändern, im leeren Feld',
      attach: 'Bilder anhängen',
      mention: 'Die angebotene Person erwähnen',
      leave: 'Nicht antworten; eine Nachricht lassen, wie sie war',
    },
    viewing: {
      title: 'Ein Bild ansehen',
      step: 'Voriges und nächstes',
      zoom: 'Größer und kleiner',
      whole: 'Ganz',
      move: 'Verschieben, was größer ist',
    },
    picture: {
      title: 'Ein Bild bearbeiten',
      move: 'Verschieben',
      zoom: 'Zoomen',
      turn: 'Drehen',
      flip: 'Spiegeln',
      undo: 'Rückgängig',
      redo: 'Wiederholen',
      reset: 'Wie am Anfang',
      save: 'Speichern',
      paste: 'Bild einfügen',
    },
    everything: {
      title: 'Überall',
      settings: 'Einstellungen',
      close: 'Schließen, was offen ist',
      keys: 'Diese Liste',
    },
    names: { Mod: 'Strg', Shift: 'Umschalt', Enter: 'Eingabe', Home: 'Pos1', End: 'Ende', Escape: 'Esc' },
  },
}
