import { expect, test } from './fixtures.ts'

test('the page has no Node, no Electron, no token, and the bridge alone', async ({ workspace, open }) => {
  const { page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const seen = await page.evaluate(() => ({
    require: typeof Reflect.get(globalThis, 'require'),
    process: typeof Reflect.get(globalThis, 'process'),
    bridge: Object.keys(window.medallion).toSorted(),
    frozen: Object.isFrozen(window.medallion),
    storage: Object.keys(localStorage).length + Object.keys(sessionStorage).length + document.cookie.length,
    session: JSON.stringify(window.medallion.session),
  }))
  expect(seen).toEqual({
    require: 'undefined',
    process: 'undefined',
    bridge: [
      'attachments',
      'avatar',
      'call',
      'notifications',
      'outbox',
      'preferences',
      'session',
      'snapshot',
      'socket',
      'system',
      'updates',
    ],
    frozen: true,
    storage: 0,
    session: '{}',
  })
  const state = await page.evaluate(async () => JSON.stringify(await window.medallion.session.current()))
  expect(state).not.toContain(workspace.ada.token)
})

test('the policy is in force: nothing inline, nothing from elsewhere, no eval', async ({
  api,
  workspace,
  open,
}) => {
  const { page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const seen = await page.evaluate(async (elsewhere) => {
    const violated = new Set<string>()
    document.addEventListener('securitypolicyviolation', (event) => violated.add(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.body.append(script)
    const style = document.createElement('style')
    style.textContent = 'body { display: none }'
    document.head.append(style)
    const image = new Image()
    image.src = `${elsewhere}/x.png`
    // Outside of evaluate(), where DevTools lift the ban.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          // oxlint-disable-next-line no-eval -- what must not work
          resolve((0, eval)('"ran"'))
        } catch {
          resolve('refused')
        }
      })
    })
    const reached = await fetch(`${elsewhere}/healthz`).then(
      () => 'reached',
      () => 'refused',
    )
    // Violations are reported a little later than they are prevented.
    for (let turn = 0; turn < 100 && violated.size < 5; turn += 1) await new Promise(requestAnimationFrame)
    return {
      injected: Reflect.has(window, 'injected'),
      evaluated,
      reached,
      violated: [...violated].toSorted(),
    }
  }, api.url)
  expect(seen).toEqual({
    injected: false,
    evaluated: 'refused',
    reached: 'refused',
    violated: ['connect-src', 'img-src', 'script-src', 'script-src-elem', 'style-src-elem'],
  })
})

test('the page’s own address answers nothing but itself', async ({ workspace, open }) => {
  const { page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const statuses = await page.evaluate(async () => {
    const paths = [
      '/',
      '/..%2f..%2fpackage.json',
      '/assets/..%2f..%2fmain/index.js',
      '/main/index.js',
      `/avatars/${'0'.repeat(32)}/256.webp`,
      '/drafts/00000000-0000-4000-8000-000000000000/original',
    ]
    return Promise.all(paths.map(async (path) => (await fetch(path)).status))
  })
  expect(statuses).toEqual([200, 404, 404, 404, 404, 404])
})

test('the page cannot leave, open windows or get more than the camera; links go to the system’s browser', async ({
  workspace,
  open,
}) => {
  const { app, page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  await app.evaluate(({ shell }) => {
    const opened: string[] = []
    Reflect.set(globalThis, 'opened', opened)
    shell.openExternal = async (url) => void opened.push(url)
  })
  const given = await page.evaluate(async () => {
    const windows = [window.open('https://example.com/a'), window.open('file:///etc/passwd')]
    const link = document.createElement('a')
    link.href = 'https://example.com/b'
    link.target = '_blank'
    document.body.append(link)
    link.click()
    location.href = 'https://example.com/away'
    const media = (constraints: MediaStreamConstraints): Promise<string> =>
      navigator.mediaDevices.getUserMedia(constraints).then(
        (stream) => {
          for (const track of stream.getTracks()) track.stop()
          return 'granted'
        },
        (error: unknown) => (error instanceof Error ? error.name : String(error)),
      )
    const { state } = await navigator.permissions.query({ name: 'geolocation' })
    return {
      windows: windows.filter(Boolean).length,
      camera: await media({ video: true }),
      microphone: await media({ audio: true }),
      both: await media({ video: true, audio: true }),
      notifications: await Notification.requestPermission(),
      geolocation: state,
    }
  })
  expect(given).toEqual({
    windows: 0,
    camera: 'granted',
    microphone: 'NotAllowedError',
    both: 'NotAllowedError',
    notifications: 'denied',
    geolocation: 'denied',
  })
  const opened = (): Promise<unknown> => app.evaluate(() => Reflect.get(globalThis, 'opened') as unknown)
  await expect.poll(opened).toEqual(['https://example.com/a', 'https://example.com/b'])
  await expect(sidebar.ownPicture).toBeVisible()
  expect(app.windows()).toHaveLength(1)
})

test('the page can be reloaded, and is signed in as before', async ({ workspace, open }) => {
  const { page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  await page.evaluate(() => {
    Reflect.set(window, 'before', true)
    location.reload()
  })
  await page.waitForFunction(() => !Reflect.has(window, 'before'))
  await sidebar.waitUntilShown()
})

test('calls are checked: only the page’s own, with arguments that the contract knows', async ({
  workspace,
  open,
}) => {
  const { page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const answers = await page.evaluate(async () => {
    const { call } = window.medallion
    const loose = call as unknown as (
      name: unknown,
      input?: unknown,
    ) => Promise<{ ok: boolean; error?: { code: string } }>
    const code = async (name: unknown, input?: unknown): Promise<unknown> => {
      const answer = await loose(name, input)
      return answer.ok ? 'ok' : answer.error?.code
    }
    return {
      own: await code('getMe', {}),
      token: await code('login', { username: 'ada', password: 'whatever' }),
      presign: await code('presignAvatar', {}),
      prototype: await code('constructor', {}),
      nothing: await code(undefined),
      path: await code('getUser', { id: '../../healthz' }),
      type: await code('listUsers', { limit: 'many' }),
    }
  })
  expect(answers).toEqual({
    own: 'ok',
    token: 'desktop.invalid_argument',
    presign: 'desktop.invalid_argument',
    prototype: 'desktop.invalid_argument',
    nothing: 'desktop.invalid_argument',
    path: 'desktop.invalid_argument',
    type: 'desktop.invalid_argument',
  })
})

test('pictures are taken over only whole, of a size that can be, and for somebody’s or some room’s', async ({
  workspace,
  open,
}) => {
  const { page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const codes = await page.evaluate(async () => {
    const { avatar } = window.medallion
    const me = { kind: 'me' }
    const file = (bytes: number) => new Uint8Array(bytes)
    const attempts: Record<
      string,
      [(input: never) => Promise<{ ok: boolean; error?: { code: string } }>, unknown]
    > = {
      tooLarge: [avatar.save, { target: me, full: file(256 * 1024 + 1), thumb: file(10) }],
      empty: [avatar.save, { target: me, full: file(10), thumb: file(0) }],
      text: [avatar.save, { target: me, full: 'bytes', thumb: file(10) }],
      nobody: [avatar.save, { target: { kind: 'user', userId: 'grace' }, full: file(10), thumb: file(10) }],
      path: [avatar.remove, { target: { kind: 'room', roomId: '../../users/me' } }],
      recent: [avatar.takeRecent, { recentId: '../x' }],
      cancel: [avatar.cancel, { changeId: '../session.json' }],
      retry: [avatar.retry, {}],
      nothing: [avatar.discard, undefined],
    }
    const codes = await Promise.all(
      Object.entries(attempts).map(async ([name, [attempt, input]]) => {
        const answer = await attempt(input as never)
        return [name, answer.ok ? 'ok' : answer.error?.code]
      }),
    )
    return { codes: Object.fromEntries(codes) as Record<string, string>, changes: await avatar.changes() }
  })
  expect(new Set(Object.values(codes.codes))).toEqual(new Set(['desktop.invalid_argument']))
  expect(codes.changes).toEqual([])
})

test('preferences, notifications and the system are reached only with what the schemas know', async ({
  workspace,
  open,
}) => {
  const { app, page, sidebar } = await open(workspace.ada)
  await sidebar.waitUntilShown()
  const seen = await page.evaluate(async () => {
    const { preferences, notifications, system } = window.medallion
    const before = await preferences.get()
    const change = preferences.change as (changes: unknown) => Promise<{ ok: boolean }>
    const refused = await Promise.all(
      [
        { theme: 'sepia' },
        { spellcheckLanguages: ['../../x'] },
        { mutedRooms: ['../x'] },
        { mutedByAccount: {} },
        { startAtLogin: 'yes' },
        null,
      ].map(async (changes) => (await change(changes)).ok),
    )
    const show = notifications.show as (notification: unknown) => void
    show({ roomId: '../x', title: 'A', body: '', icon: null, canReply: false })
    show({ roomId: crypto.randomUUID(), title: 'B', body: '', icon: '/etc/passwd', canReply: false })
    show({ roomId: crypto.randomUUID(), title: 'C', body: 'x'.repeat(2_000), icon: null, canReply: false })
    // Heard after the words above.
    await system.info()
    return { before, refused, after: await preferences.get() }
  })
  expect(seen.refused).toEqual([false, false, false, false, false, false])
  expect(seen.after).toEqual(seen.before)
  const shown = await app.evaluate(
    () => (Reflect.get(globalThis, 'standIn') as { notifications?: unknown[] } | undefined)?.notifications,
  )
  expect(shown ?? []).toEqual([])
})

test('the token is never on disk in plain', async ({ workspace, open }) => {
  const desktop = await open(workspace.ada)
  await desktop.sidebar.waitUntilShown()
  const file = await desktop.app.evaluate(({ app }) => {
    const { readFileSync } = process.getBuiltinModule('node:fs')
    return readFileSync(`${app.getPath('userData')}/session.json`, 'utf8')
  })
  const { sealedToken, user } = JSON.parse(file) as { sealedToken: string; user: { username: string } }
  expect(user.username).toBe(workspace.ada.username)
  for (const text of [file, Buffer.from(sealedToken, 'base64').toString('latin1')])
    expect(text).not.toContain(workspace.ada.token)
})
