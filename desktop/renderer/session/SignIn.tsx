import { useEffect, useRef, useState, type FormEvent } from 'react'
import type { Registration } from '../../../api/contract/session.ts'
import { CallError } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { TextField } from '../ui/TextField.tsx'
import { KnownAccounts } from './KnownAccounts.tsx'
import { Mark } from './Mark.tsx'
import { DEFAULT_SERVER, describeServer, register, signIn, type Credentials } from './session.ts'
import styles from './SignIn.module.css'
import { validateCredentials, type FieldErrors } from './validate-credentials.ts'

interface SignInProps {
  /** The address used last; null on a new device. */
  server: string | null
  /** The session was ended from elsewhere. */
  revoked: boolean
}

/** The screen before everything else: sign in, or create an account. */
export function SignIn({ server, revoked }: SignInProps) {
  const [registering, setRegistering] = useState(false)
  const [values, setValues] = useState<Credentials>({
    server: server ?? DEFAULT_SERVER,
    username: '',
    displayName: '',
    password: '',
    invite: '',
  })
  const registration = useRegistration(values.server)
  const [inviteAsked, setInviteAsked] = useState(false)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [failure, setFailure] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [serverOpen, setServerOpen] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  useEffect(() => form.current?.querySelector('input')?.focus(), [])

  const change = (field: keyof Credentials) => (value: string) => {
    setValues((before) => ({ ...before, [field]: value }))
    setErrors((before) => ({ ...before, [field]: undefined }))
    setFailure(null)
  }

  function fail(field: keyof Credentials, sentence: string): void {
    if (field === 'server') setServerOpen(true)
    setErrors({ [field]: sentence })
    focusField(field)
  }

  function focusField(field: string): void {
    // After the field has been drawn: the server's may only just have been opened.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLInputElement>(`input[name="${field}"]`)?.focus(),
    )
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (busy) return
    const found = validateCredentials(values, registering)
    setErrors(found)
    setFailure(null)
    const first = Object.keys(found)[0]
    if (first !== undefined) {
      if (found.server) setServerOpen(true)
      focusField(first)
      return
    }
    setBusy(true)
    try {
      await (registering ? register(values) : signIn(values))
    } catch (error) {
      const sentence = sentenceFor(error)
      const code = error instanceof CallError ? error.code : null
      if (code === 'session.username_taken') fail('username', sentence)
      else if (code === 'session.invite_needed' || code === 'session.invite_invalid') {
        setInviteAsked(true)
        fail('invite', sentence)
      } else if (code === 'desktop.invalid_server' || code === 'desktop.not_medallion')
        fail('server', sentence)
      else setFailure(sentence)
    } finally {
      setBusy(false)
    }
  }

  return (
    <main className={styles.screen}>
      <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <Mark size={52} />
        <h1 className={styles.title}>
          {registering ? t('session.signIn.registerTitle') : t('session.signIn.title')}
        </h1>
        {revoked && !failure && <output className={styles.notice}>{t('session.signIn.revoked')}</output>}
        {failure && <InlineError>{failure}</InlineError>}
        <TextField
          label={t('session.signIn.username')}
          name="username"
          value={values.username}
          onValue={change('username')}
          error={errors.username}
          hint={registering ? t('session.signIn.usernameHint') : undefined}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        {registering && (
          <TextField
            label={t('session.signIn.displayName')}
            name="displayName"
            value={values.displayName}
            onValue={change('displayName')}
            error={errors.displayName}
            hint={t('session.signIn.displayNameHint')}
            autoComplete="name"
          />
        )}
        <TextField
          label={t('session.signIn.password')}
          name="password"
          type="password"
          value={values.password}
          onValue={change('password')}
          error={errors.password}
          hint={registering ? t('session.signIn.passwordHint') : undefined}
          autoComplete={registering ? 'new-password' : 'current-password'}
        />
        {registering && (registration === 'invite' || inviteAsked) && (
          <TextField
            label={t('session.signIn.invite')}
            name="invite"
            value={values.invite}
            onValue={change('invite')}
            error={errors.invite}
            hint={t('session.signIn.inviteHint')}
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {serverOpen && (
          <TextField
            label={t('session.signIn.server')}
            name="server"
            value={values.server}
            onValue={change('server')}
            error={errors.server}
            inputMode="url"
            spellCheck={false}
          />
        )}
        <Button type="submit" look="primary" busy={busy} className={styles.submit}>
          {registering ? t('session.signIn.submitRegister') : t('session.signIn.submit')}
        </Button>
        {!registering && registration === 'closed' ? (
          <p className={styles.server}>{t('session.signIn.closed')}</p>
        ) : (
          <Button
            look="link"
            onClick={() => {
              setRegistering(!registering)
              setErrors({})
              setFailure(null)
              focusField('username')
            }}
          >
            {registering ? t('session.signIn.insteadSignIn') : t('session.signIn.insteadRegister')}
          </Button>
        )}
        {!serverOpen && (
          <p className={styles.server}>
            <span className={styles.address}>
              {t('session.signIn.atServer', { address: values.server.replace(/^https?:\/\//, '') })}
            </span>
            <Button
              look="link"
              aria-label={t('session.signIn.changeServer')}
              onClick={() => {
                setServerOpen(true)
                focusField('server')
              }}
            >
              {t('session.signIn.change')}
            </Button>
          </p>
        )}
        <KnownAccounts />
      </form>
    </main>
  )
}

/** Typing an address asks the servers on the way to it only when it rests so long, in milliseconds. */
const TYPING_MS = 400

/** Who may make an account at a server; null until it has said so, or where it does not. */
function useRegistration(server: string): Registration | null {
  const [told, setTold] = useState<{ server: string; registration: Registration | null } | null>(null)
  useEffect(() => {
    let current = true
    const timer = setTimeout(() => {
      void describeServer(server).then((description) => {
        if (current) setTold({ server, registration: description?.registration ?? null })
      })
    }, TYPING_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [server])
  return told?.server === server ? told.registration : null
}
