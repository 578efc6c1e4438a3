import type { ReactNode } from 'react'
import { RENDITIONS } from '../../../api/contract/avatar.ts'
import type { ShownPicture } from '../session/users.ts'
import { Blurred } from './Blurred.tsx'
import styles from './PictureFace.module.css'
import { useDensity } from './useDensity.ts'
import { useLoadedSource } from './useLoadedSource.ts'

interface PictureFaceProps {
  picture: ShownPicture | undefined
  /** The width shown, in CSS pixels. */
  size: number
  /** The picture's name for those who do not see it; empty beside a name. */
  label: string
  /** What shows where there is no picture, or none that can be loaded. */
  children: ReactNode
}

/** A picture in the rendition that fits, its blurred stand-in until it is there, or what stands for none. */
export function PictureFace({ picture, size, label, children }: PictureFaceProps) {
  const small = size * useDensity() <= RENDITIONS.thumb.side
  const { source, status } = useLoadedSource((small ? picture?.thumbUrl : picture?.fullUrl) ?? null)
  if (source !== null)
    return (
      <img
        className={styles.picture}
        src={source}
        alt={label}
        width={size}
        height={size}
        draggable={false}
        // Decoded once already: drawn with the frame in which it comes, not the one after.
        decoding="sync"
        data-face="picture"
      />
    )
  if (status === 'loading' && picture?.thumbhash) return <Blurred thumbhash={picture.thumbhash} />
  return children
}
