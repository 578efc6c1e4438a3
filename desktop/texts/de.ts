import { app } from './de/app.ts'
import { avatar } from './de/avatar.ts'
import { chat } from './de/chat.ts'
import { errors, exactly } from './de/errors.ts'
import { main } from './de/main.ts'
import { session } from './de/session.ts'
import { settings } from './de/settings.ts'
import { ui } from './de/ui.ts'
import type { Texts } from './texts.ts'

/** Alle Texte des Programms auf Deutsch. */
export const de: Texts = { ui, errors, exactly, session, settings, app, avatar, chat, main }
