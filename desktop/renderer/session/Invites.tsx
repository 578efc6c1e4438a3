import { Copy, UserPlus } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Invite } from '../../../api/contract/session.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { locale, t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog, DialogActions } from '../ui/Dialog.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { TextField } from '../ui/TextField.tsx'
import styles from './Invites.module.css'

/** For admins: the button that opens the invites, and their dialog. */
export function Invites() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <UserPlus size={16} aria-hidden="true" />
        {t('session.invites.title')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('session.invites.title')}>
        <InviteList />
      </Dialog>
    </>
  )
}

function InviteList() {
  const [invites, setInvites] = useState<readonly Invite[]>([])
  const [code, setCode] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(true)

  useEffect(() => {
    call('listInvites', {})
      .then(
        (known) => setInvites(known.invites),
        (error: unknown) => setFailure(sentenceFor(error)),
      )
      .finally(() => setBusy(false))
  }, [])

  async function attempt(work: () => Promise<void>): Promise<void> {
    setBusy(true)
    setFailure(null)
    try {
      await work()
      setInvites((await call('listInvites', {})).invites)
    } catch (error) {
      setFailure(sentenceFor(error))
    } finally {
      setBusy(false)
    }
  }

  const create = () => attempt(async () => setCode((await call('createInvite', {})).code))
  const revoke = (id: string) =>
    attempt(async () => {
      await call('revokeInvite', { id })
      setCode(null)
    })

  return (
    <>
      <div className={styles.body}>
        {failure && <InlineError>{failure}</InlineError>}
        <p>{t('session.invites.about')}</p>
        {code !== null && <NewCode key={code} code={code} />}
        {invites.length > 0 && (
          <ul className={styles.list} aria-label={t('session.invites.list')}>
            {invites.map((invite) => (
              <li key={invite.id}>
                <span>
                  {t('session.invites.until', { when: new Date(invite.expiresAt).toLocaleString(locale) })}
                </span>
                <Button look="link" disabled={busy} onClick={() => void revoke(invite.id)}>
                  {t('session.invites.takeBack')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <DialogActions>
        <Button look="primary" busy={busy} onClick={() => void create()}>
          {t('session.invites.create')}
        </Button>
      </DialogActions>
    </>
  )
}

/** A code that is shown this once, with a button that copies it. */
function NewCode({ code }: { code: string }) {
  const field = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState(false)

  function copy(): void {
    field.current?.select()
    // The page has no permission to use the clipboard by itself; what is selected may be copied at a press.
    setCopied(document.execCommand('copy'))
  }

  return (
    <div className={styles.code}>
      <TextField
        ref={field}
        label={t('session.invites.code')}
        value={code}
        onValue={() => {}}
        readOnly
        hint={copied ? t('session.invites.copied') : t('session.invites.once')}
      />
      <Button onClick={copy}>
        <Copy size={16} aria-hidden="true" />
        {t('session.invites.copy')}
      </Button>
    </div>
  )
}
