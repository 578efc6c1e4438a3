import data from 'emojibase-data/de/data.json'
import messages from 'emojibase-data/de/messages.json'

/** What emojibase tells of emoji in German. */
export const words = { data, groups: messages.groups }
