import { app } from './en/app.ts'
import { avatar } from './en/avatar.ts'
import { chat } from './en/chat.ts'
import { errors, exactly } from './en/errors.ts'
import { main } from './en/main.ts'
import { session } from './en/session.ts'
import { settings } from './en/settings.ts'
import { ui } from './en/ui.ts'

/** Every text of the program in English, which is what the other languages are held to. ICU MessageFormat, by feature. */
export const en = { ui, errors, exactly, session, settings, app, avatar, chat, main } as const
