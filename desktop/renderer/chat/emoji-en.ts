import data from 'emojibase-data/en/data.json'
import messages from 'emojibase-data/en/messages.json'

/** What emojibase tells of emoji in English. */
export const words = { data, groups: messages.groups }
