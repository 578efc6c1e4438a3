import type { Root } from 'mdast'
import { findAndReplace } from 'mdast-util-find-and-replace'

/** Where somebody is addressed: their username behind an @, which nothing but its own letters precedes. */
const MENTION = /(?<![\w@.])@([a-z0-9](?:[\w.-]*\w)?)/giu

/** The usernames that a text mentions, in lower case; whether anybody has them is another matter. */
export const mentionsIn = (text: string): string[] =>
  [...text.matchAll(MENTION)].map(([, username = '']) => username.toLowerCase())

/** The address by which a mention goes through Markdown; no link that somebody wrote can have it. */
export const MENTION_PREFIX = 'mention:'

/** Makes links of mentions, for remark; within code and links an @ is only that. */
export const remarkMentions = () => (tree: Root) =>
  findAndReplace(
    tree,
    [
      MENTION,
      (value: string, username: string) => ({
        type: 'link',
        url: MENTION_PREFIX + username.toLowerCase(),
        children: [{ type: 'text', value }],
      }),
    ],
    { ignore: ['link', 'linkReference', 'inlineCode', 'code'] },
  )
