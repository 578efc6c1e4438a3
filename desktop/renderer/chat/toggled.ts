import type { User } from '../../../api/contract/session.ts'

/** The chosen people with this one among them, or, where they were already, without. */
export function toggled(chosen: readonly User[], user: User): readonly User[] {
  const rest = chosen.filter(({ id }) => id !== user.id)
  return rest.length < chosen.length ? rest : [...chosen, user]
}
