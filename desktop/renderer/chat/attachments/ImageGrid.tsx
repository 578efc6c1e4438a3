import type { ReactNode } from 'react'
import { shownSize } from './image-size.ts'
import styles from './ImageGrid.module.css'

interface ImageGridProps<Image> {
  images: readonly Image[]
  children: (image: Image, index: number) => ReactNode
}

/** Places for images: one keeps its shape, several stand as equal squares. Their sizes do not wait for what is in them. */
export function ImageGrid<Image extends { id: string; width: number; height: number }>({
  images,
  children,
}: ImageGridProps<Image>) {
  const [first] = images
  if (!first) return null
  if (images.length === 1) {
    const { width, height } = shownSize(first)
    return (
      <div className={styles.single} style={{ width, aspectRatio: `${width} / ${height}` }}>
        {children(first, 0)}
      </div>
    )
  }
  return (
    <ul className={styles.grid} data-columns={images.length === 2 || images.length === 4 ? 2 : 3}>
      {images.map((image, index) => (
        <li key={image.id} className={styles.cell}>
          {children(image, index)}
        </li>
      ))}
    </ul>
  )
}
