import { ImageOff } from 'lucide-react'
import { useState } from 'react'
import { Blurred } from '../../avatar/Blurred.tsx'
import { useLoadedSource } from '../../avatar/useLoadedSource.ts'
import styles from './ImageFace.module.css'

interface ImageFaceProps {
  name: string
  url: string
  /** What stands in until it is there; null for nothing. */
  thumbhash?: string | null
  /** An image that shows already and stands in better; what cannot be shown any more is not. */
  standIn?: string | undefined
}

/** An image that fills its place, its blurred stand-in until it is there, or its name where it cannot be had. */
export function ImageFace({ name, url, thumbhash = null, standIn }: ImageFaceProps) {
  const { source, status } = useLoadedSource(url)
  const [isStandInGone, setStandInGone] = useState(false)
  if (source !== null)
    return <img className={styles.image} src={source} alt={name} draggable={false} decoding="sync" />
  if (status === 'none')
    return (
      <span className={styles.missing}>
        <ImageOff size={20} aria-hidden="true" />
        <span className={styles.name}>{name}</span>
      </span>
    )
  if (standIn !== undefined && !isStandInGone)
    return (
      <img
        className={styles.image}
        src={standIn}
        alt={name}
        draggable={false}
        decoding="sync"
        onError={() => setStandInGone(true)}
      />
    )
  return (
    <span className={styles.coming}>
      <span className="visually-hidden">{name}</span>
      {thumbhash !== null && <Blurred thumbhash={thumbhash} />}
    </span>
  )
}
