import { useEffect, useRef } from 'react'
import { thumbHashToRGBA } from 'thumbhash'
import styles from './PictureFace.module.css'

/** The colours of a picture, some 25 bytes of it. */
export function Blurred({ thumbhash }: { thumbhash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const pen = canvas.current?.getContext('2d')
    if (!canvas.current || !pen) return
    const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(thumbhash), (char) => char.charCodeAt(0)))
    canvas.current.width = w
    canvas.current.height = h
    pen.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0)
  }, [thumbhash])
  return <canvas ref={canvas} className={styles.picture} data-face="blurred" aria-hidden="true" />
}
