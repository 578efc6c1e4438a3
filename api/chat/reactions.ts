import { MAX_REACTIONS, type Reaction } from '../contract/chat.ts'
import { AppError } from '../platform/errors.ts'

/** The reactions with one more, behind those before; the same array where it is there already. Throws `chat.too_many_reactions`. */
export function withReaction(reactions: Reaction[], emoji: string, userId: string): Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji)
  if (known?.userIds.includes(userId)) return reactions
  if (known !== undefined)
    return reactions.map((reaction) =>
      reaction === known ? { emoji, userIds: [...reaction.userIds, userId] } : reaction,
    )
  if (reactions.length >= MAX_REACTIONS)
    throw new AppError(
      'chat.too_many_reactions',
      `A message carries at most ${MAX_REACTIONS} different emoji. Use one that is there.`,
    )
  return [...reactions, { emoji, userIds: [userId] }]
}

/** The reactions without one; the same array where it was not there. */
export function withoutReaction(reactions: Reaction[], emoji: string, userId: string): Reaction[] {
  if (!reactions.some((reaction) => reaction.emoji === emoji && reaction.userIds.includes(userId)))
    return reactions
  return reactions
    .map((reaction) =>
      reaction.emoji === emoji
        ? { emoji, userIds: reaction.userIds.filter((other) => other !== userId) }
        : reaction,
    )
    .filter(({ userIds }) => userIds.length > 0)
}
