import remarkBreaks from 'remark-breaks'
import remarkGfm from 'remark-gfm'
import { remarkChat } from './remark-chat.ts'
import { remarkMentions } from './remark-mentions.ts'

/** All that reads a message's text, in order. */
export const remarkPlugins = [remarkChat, remarkGfm, remarkBreaks, remarkMentions]
