import type { Texts } from '../texts.ts'

/** Was Knöpfe, Dialoge, Menüs und Daten überall sagen. */
export const ui: Texts['ui'] = {
  cancel: 'Abbrechen',
  close: 'Schließen',
  dismiss: 'Ausblenden',
  menu: 'Menü',
  save: 'Speichern',
  retry: 'Wiederholen',
  tryAgain: 'Noch einmal versuchen',
  tryNow: 'Jetzt versuchen',
  today: 'Heute',
  yesterday: 'Gestern',
}
