import { Camera } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { bridge } from '../platform/bridge.ts'
import { unwrap } from '../platform/call.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import styles from './CameraView.module.css'

interface CameraViewProps {
  onPhoto: (photo: Blob) => void
  onCancel: () => void
}

/** How many seconds are counted before the photo. */
const COUNTDOWN = 3

/** The camera: a live picture as in a mirror, a countdown, and a photo as others will see one, unmirrored. */
export function CameraView({ onPhoto, onCancel }: CameraViewProps) {
  const [deviceId, setDeviceId] = useState<string | undefined>()
  const camera = useCamera(deviceId)
  const video = useRef<HTMLVideoElement>(null)
  const [left, setLeft] = useState<number | null>(null)

  useEffect(() => {
    if (video.current && camera.status === 'on') video.current.srcObject = camera.stream
  }, [camera])

  useEffect(() => {
    if (left === null) return undefined
    if (left === 0) {
      void photograph(video.current).then((photo) => photo && onPhoto(photo))
      return undefined
    }
    const timer = setTimeout(() => setLeft(left - 1), 1_000)
    return () => clearTimeout(timer)
  }, [left, onPhoto])

  return (
    <div className={styles.camera}>
      {camera.status === 'refused' ? (
        <InlineError>{camera.sentence}</InlineError>
      ) : (
        <div className={styles.frame} aria-busy={camera.status === 'starting'}>
          {camera.status === 'starting' && <Spinner size={24} />}
          {camera.status === 'on' && (
            <video ref={video} className={styles.video} autoPlay muted playsInline />
          )}
          {left !== null && left > 0 && (
            <p className={styles.countdown} role="timer" aria-live="assertive">
              {left}
            </p>
          )}
        </div>
      )}
      <div className={styles.actions}>
        {camera.status === 'on' && camera.devices.length > 1 && (
          <select
            className={styles.devices}
            aria-label={t('avatar.camera.device')}
            value={deviceId ?? camera.current}
            onChange={(event) => setDeviceId(event.target.value)}
          >
            {camera.devices.map((device, index) => (
              <option key={device.deviceId} value={device.deviceId}>
                {device.label || t('avatar.camera.deviceNumber', { number: index + 1 })}
              </option>
            ))}
          </select>
        )}
        <Button onClick={onCancel}>{t('avatar.camera.back')}</Button>
        {camera.status === 'on' && (
          <Button look="primary" data-initial-focus onClick={() => setLeft(left === null ? COUNTDOWN : 0)}>
            <Camera size={16} aria-hidden="true" />
            {left === null ? t('avatar.camera.take') : t('avatar.camera.now')}
          </Button>
        )}
      </div>
    </div>
  )
}

type CameraState =
  | { status: 'starting' }
  | { status: 'on'; stream: MediaStream; devices: readonly MediaDeviceInfo[]; current: string | undefined }
  | { status: 'refused'; sentence: string }

/** The camera's picture for as long as it is shown and the window can be seen; then the device is released. */
function useCamera(deviceId: string | undefined): CameraState {
  const [state, setState] = useState<CameraState>({ status: 'starting' })
  const [hidden, setHidden] = useState(document.hidden)
  useEffect(() => {
    const look = (): void => setHidden(document.hidden)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])

  useEffect(() => {
    if (hidden) return undefined
    let over = false
    let stream: MediaStream | null = null
    const release = (): void => stream?.getTracks().forEach((track) => track.stop())
    const settle = (next: CameraState): void => {
      if (!over) setState(next)
    }
    const start = async (): Promise<void> => {
      try {
        if (!unwrap(await bridge().avatar.allowCamera()))
          return settle(refused(new DOMException('', 'NotAllowedError')))
        const video = {
          width: { ideal: 1920 },
          ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
        }
        stream = await navigator.mediaDevices.getUserMedia({ video, audio: false })
        if (over) return release()
        const [track] = stream.getVideoTracks()
        track?.addEventListener('ended', () => settle(refused(new DOMException('', 'NotReadableError'))))
        const devices = (await navigator.mediaDevices.enumerateDevices()).filter(
          ({ kind }) => kind === 'videoinput',
        )
        settle({ status: 'on', stream, devices, current: track?.getSettings().deviceId })
      } catch (error) {
        settle(refused(error))
      }
    }
    void start()
    return () => {
      over = true
      release()
      setState({ status: 'starting' })
    }
  }, [deviceId, hidden])
  return state
}

function refused(error: unknown): CameraState {
  const name = error instanceof DOMException ? error.name : ''
  const sentences: Partial<Record<string, string>> = {
    NotAllowedError: t('avatar.camera.notAllowed'),
    NotFoundError: t('avatar.camera.notFound'),
    OverconstrainedError: t('avatar.camera.gone'),
    NotReadableError: t('avatar.camera.inUse'),
  }
  return {
    status: 'refused',
    sentence: sentences[name] ?? t('avatar.camera.notStarted'),
  }
}

/** What the camera sees now, as a file. */
async function photograph(video: HTMLVideoElement | null): Promise<Blob | null> {
  if (!video || video.videoWidth === 0) return null
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return canvas.convertToBlob({ type: 'image/png' })
}
