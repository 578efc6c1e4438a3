import { expect } from '@playwright/test'
import { invoke, test } from './example.ts'
import { makeCodec } from './structured-clone.ts'

test('calls carry what a structured clone carries, and bytes as bytes', async ({ launch }) => {
  const { page } = await launch()
  const seen = await page.evaluate(async () => {
    const sent = {
      bytes: new Uint8Array([1, 2, 250]),
      floats: new Float32Array([1.5]),
      date: new Date(5),
      map: new Map([['key', new Set([1n])]]),
      numbers: [NaN, -0, Infinity],
      nothing: undefined,
      error: new RangeError('why'),
      pattern: /a+/gi,
    }
    const got = (await window.example.invoke('echo', sent)) as typeof sent
    return {
      bytes: got.bytes instanceof Uint8Array && [...got.bytes],
      floats: got.floats instanceof Float32Array && [...got.floats],
      date: got.date.getTime(),
      map: got.map.get('key')?.has(1n),
      numbers: got.numbers.map((number, index) => Object.is(number, sent.numbers[index])),
      nothing: 'nothing' in got && got.nothing === undefined,
      error: got.error instanceof Error && got.error.message,
      pattern: String(got.pattern),
    }
  })
  expect(seen).toEqual({
    bytes: [1, 2, 250],
    floats: [1.5],
    date: 5,
    map: true,
    numbers: [true, true, true],
    nothing: true,
    error: 'why',
    pattern: '/a+/gi',
  })
})

test('an object that leads back to itself does so on the other side', () => {
  const codec = makeCodec()
  const cycle: { self?: unknown; list: unknown[] } = { list: [] }
  cycle.self = cycle
  cycle.list.push(cycle)
  const got = codec.decode(JSON.parse(JSON.stringify(codec.encode(cycle)))) as typeof cycle
  expect(got.self).toBe(got)
  expect(got.list[0]).toBe(got)
})

test('errors keep their message alone, and what cannot be cloned is refused', async ({ launch }) => {
  const { app, page } = await launch()
  expect(await invoke(page, 'fail')).toBe("Error invoking remote method 'fail': RangeError: on purpose")
  expect(await invoke(page, 'nothing')).toBe(
    "Error invoking remote method 'nothing': Error: No handler registered for 'nothing'",
  )
  const refusal = await app.evaluate(({ BrowserWindow }) => {
    try {
      BrowserWindow.getAllWindows()[0]?.webContents.send('told', () => {})
      return 'sent'
    } catch (error) {
      return String(error)
    }
  })
  expect(refusal).toBe('Error: An object could not be cloned.')
})

test('main knows who calls', async ({ launch }) => {
  const { page } = await launch()
  expect(await invoke(page, 'sender')).toEqual({
    url: 'app://example/',
    origin: 'app://example',
    parent: null,
    isMainFrame: true,
  })
})

test('the page sees the bridge and nothing behind it', async ({ launch }) => {
  const { page } = await launch()
  const seen = await page.evaluate(() => ({
    node: typeof Reflect.get(globalThis, 'process') + typeof Reflect.get(globalThis, 'require'),
    own: Object.getOwnPropertyNames(globalThis).filter((name) => /standin|ipc|electron/i.test(name)),
    frozen: Object.isFrozen(window.example),
    replaced: Reflect.set(window, 'example', 1),
  }))
  expect(seen).toEqual({ node: 'undefinedundefined', own: [], frozen: true, replaced: false })
})

test('the policy that main answers with is in force', async ({ launch }) => {
  const { page } = await launch()
  const seen = await page.evaluate(async () => {
    const violated = new Set<string>()
    document.addEventListener('securitypolicyviolation', (event) => violated.add(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.body.append(script)
    new Image().src = 'https://example.com/x.png'
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
    const reached = await fetch('https://example.com/').then(
      () => 'reached',
      () => 'refused',
    )
    // Violations are reported a little later than they are prevented.
    for (let turn = 0; turn < 100 && violated.size < 4; turn += 1) await new Promise(requestAnimationFrame)
    return {
      injected: Reflect.has(window, 'injected'),
      evaluated,
      reached,
      violated: [...violated].toSorted(),
    }
  })
  expect(seen).toEqual({
    injected: false,
    evaluated: 'refused',
    reached: 'refused',
    violated: ['connect-src', 'img-src', 'script-src', 'script-src-elem'],
  })
})

test('a module worker of the app’s own scheme imports, draws, decodes and fetches', async ({ launch }) => {
  const { page } = await launch()
  const result = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = new Worker('/worker.js', { type: 'module' })
        worker.addEventListener('message', ({ data }) => resolve(data))
        worker.postMessage('go', [])
      }),
  )
  expect(result).toEqual({ type: 'image/webp', width: 8, page: 200 })
})

test('main answers the page’s requests: status, headers, bytes, streams, and bodies that were sent', async ({
  launch,
}) => {
  const { page } = await launch()
  const answers = await page.evaluate(async () => {
    const echo = await fetch('/echo', { method: 'POST', body: new Uint8Array([0, 200, 255]) })
    const stream = await fetch('/stream')
    return {
      method: echo.headers.get('x-method'),
      bytes: [...new Uint8Array(await echo.arrayBuffer())],
      stream: [stream.status, await stream.text()],
      missing: (await fetch('/missing')).status,
      broken: await fetch('/broken').catch((error: unknown) => String(error)),
    }
  })
  expect(answers).toEqual({
    method: 'POST',
    bytes: [0, 200, 255],
    stream: [206, 'one, two'],
    missing: 404,
    broken: 'TypeError: Failed to fetch',
  })
})

test('a page goes nowhere that main does not allow, and opens no windows', async ({ launch }) => {
  const { app, page } = await launch()
  const opened = await page.evaluate(() => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    frame.contentWindow?.open('https://example.com/frame')
    // A form is not intercepted in the page: its window is closed as soon as it is there.
    const form = document.createElement('form')
    form.action = 'https://example.com/form'
    form.target = '_blank'
    document.body.append(form)
    form.submit()
    return window.open('https://example.com/script')
  })
  expect(opened).toBeNull()
  await page.getByRole('link').click()
  await page.evaluate(() => {
    location.href = 'https://example.com/away'
  })
  const sentAway = await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.loadURL('app://example/moved').catch(String),
  )
  expect(sentAway).toContain('ERR_ABORTED')

  const refused = async (): Promise<string[]> => ((await invoke(page, 'refused')) as string[]).toSorted()
  await expect
    .poll(refused)
    .toEqual([
      'navigate https://example.com/away',
      'open https://example.com/form?',
      'open https://example.com/frame',
      'open https://example.com/link',
      'open https://example.com/script',
      'redirect app://example/',
    ])
  await expect.poll(() => app.windows().length).toBe(1)

  await page.reload()
  await expect(page.locator('main[data-ran]')).toHaveText('Hello')
})

test('permissions are the app’s to give: denied', async ({ launch }) => {
  const { page } = await launch()
  expect(await page.evaluate(tryPermissions)).toEqual({
    camera: 'NotAllowedError',
    clipboard: 'NotAllowedError',
    notifications: 'denied',
    geolocation: 'denied',
  })
  expect(await invoke(page, 'asked')).toEqual(['media', 'clipboard-sanitized-write', 'notifications'])
})

test('permissions are the app’s to give: granted', async ({ launch }) => {
  const grants = ['media', 'clipboard-sanitized-write', 'notifications', 'geolocation']
  const { page } = await launch({ grants })
  expect(await page.evaluate(tryPermissions)).toEqual({
    camera: 'granted',
    clipboard: 'granted',
    notifications: 'granted',
    geolocation: 'granted',
  })
})

async function tryPermissions(): Promise<Record<string, string>> {
  const outcome = (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'granted',
      (error: unknown) => (error instanceof Error ? error.name : String(error)),
    )
  return {
    camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
    clipboard: await outcome(navigator.clipboard.writeText('text')),
    notifications: await Notification.requestPermission(),
    geolocation: (await navigator.permissions.query({ name: 'geolocation' })).state,
  }
}

test('a page follows Playwright’s colour scheme until the app asks for one', async ({ launch }) => {
  const { app, page } = await launch({ colorScheme: 'dark' })
  const main = page.getByRole('main')
  await expect(main).toHaveCSS('color', 'rgb(255, 255, 255)')
  await app.evaluate(({ nativeTheme }) => {
    nativeTheme.themeSource = 'light'
  })
  await expect(main).toHaveCSS('color', 'rgb(0, 0, 0)')
  await app.evaluate(({ nativeTheme }) => {
    nativeTheme.themeSource = 'dark'
  })
  await expect(main).toHaveCSS('color', 'rgb(255, 255, 255)')
})

test('a file that is chosen has a path by the time its listener runs', async ({ launch, userData }) => {
  const { page } = await launch()
  const path = `${userData}/photo.png`
  const { writeFileSync } = await import('node:fs')
  writeFileSync(path, 'a photo')
  await page.getByLabel('File').setInputFiles(path)
  await expect(page.getByRole('status')).toHaveText(path)
  expect(await page.evaluate(() => window.example.pathOf(new File([], 'photo.png')))).toBe('')
})

test('a crash reaches main, and the page can be loaded again', async ({ launch }) => {
  const { app } = await launch()
  const again = await app.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const reason = await new Promise((resolve) => {
      contents?.once('render-process-gone', (_event, details) => resolve(details.reason))
      contents?.forcefullyCrashRenderer()
    })
    await contents?.loadURL('app://example/')
    return { reason, bridge: (await contents?.executeJavaScript('typeof window.example.invoke')) as unknown }
  })
  expect(again).toEqual({ reason: 'crashed', bridge: 'function' })
})

test('main reads the page’s console', async ({ launch }) => {
  const { app, page } = await launch()
  const heard = app.evaluate(
    ({ BrowserWindow }) =>
      new Promise((resolve) => {
        BrowserWindow.getAllWindows()[0]?.webContents.once('console-message', ({ level, message }) =>
          resolve({ level, message }),
        )
      }),
  )
  // The listener has to be there first: calls to main are answered in order.
  await app.evaluate(() => {})
  await page.evaluate(() => console.warn('mind', 5))
  expect(await heard).toEqual({ level: 'warning', message: 'mind 5' })
})
