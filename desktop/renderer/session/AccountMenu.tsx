import { ChevronsUpDown, CirclePlus, UserRound } from 'lucide-react'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { Menu } from '../ui/Menu.tsx'
import { showFailure } from '../ui/toasts.ts'
import { serverName } from './server-name.ts'
import { addAccount, switchAccount, useSession } from './session.ts'

/** Goes on as somebody else who is signed in here, or lets another sign in. */
export function AccountMenu() {
  const others = useSession((state) => (state.status === 'signed-in' ? state.others : NOBODY))

  return (
    <Menu
      trigger={
        <Button aria-label={t('session.accounts.label')}>
          {t('session.accounts.label')}
          <ChevronsUpDown size={14} aria-hidden="true" />
        </Button>
      }
      entries={[
        ...others.map((account) => ({
          label: `${account.displayName} · ${serverName(account.server)}`,
          icon: <UserRound size={16} />,
          onSelect: () => attempt(switchAccount(account)),
        })),
        {
          label: t('session.accounts.add'),
          icon: <CirclePlus size={16} />,
          onSelect: () => attempt(addAccount()),
        },
      ]}
    />
  )
}

const NOBODY: never[] = []

const attempt = (work: Promise<void>): void =>
  void work.catch((error) => showFailure(t('session.accounts.notChanged'), sentenceFor(error)))
