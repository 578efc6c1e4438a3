import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { showFailure } from '../ui/toasts.ts'
import styles from './KnownAccounts.module.css'
import { serverName } from './server-name.ts'
import { switchAccount, useSession } from './session.ts'

/** Who is signed in here and can simply go on; nothing where that is nobody. */
export function KnownAccounts() {
  const others = useSession((state) => (state.status === 'signed-out' ? state.others : null))
  if (!others?.length) return null
  return (
    <div className={styles.accounts}>
      <p>{t('session.accounts.goOnAs')}</p>
      {others.map((account) => (
        <Button
          key={`${account.server} ${account.userId}`}
          onClick={() =>
            void switchAccount(account).catch((error) =>
              showFailure(t('session.accounts.notChanged'), sentenceFor(error)),
            )
          }
        >
          {account.displayName} · {serverName(account.server)}
        </Button>
      ))}
    </div>
  )
}
