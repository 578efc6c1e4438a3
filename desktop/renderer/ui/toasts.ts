import { Toast } from '@base-ui/react/toast'

/** How long a note stays, in milliseconds: long enough to be read twice. */
const NOTE_MS = 10_000

/** The app's notices, to be shown from anywhere; `Toasts` draws them. */
export const toastManager = Toast.createToastManager()

/** What can be done about a notice. */
interface Action {
  label: string
  run: () => void
}

/** Tells of a failure until it is dismissed or `action` is taken; returns the notice's id. */
export const showFailure = (title: string, description: string, action?: Action): string =>
  showUntilDismissed({ title, description }, action)

/** Offers to do something, until that is done or dismissed; returns the notice's id. */
export const showOffer = (title: string, description: string, action: Action): string =>
  showUntilDismissed({ title, description, type: 'note' }, action)

function showUntilDismissed(
  notice: { title: string; description: string; type?: string },
  action?: Action,
): string {
  const id: string = toastManager.add({
    ...notice,
    timeout: 0,
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          toastManager.close(id)
          action.run()
        },
      },
    }),
  })
  return id
}

/** Tells something that has happened; goes by itself after a while. */
export function showNote(title: string, description: string): void {
  toastManager.add({ title, description, type: 'note', timeout: NOTE_MS })
}

/** Takes every notice away: for signing out. */
export function dismissAllToasts(): void {
  toastManager.close()
}

/** Takes a notice away; does nothing where it is gone already. */
export function dismissToast(id: string): void {
  toastManager.close(id)
}
