import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** One hue for what can be done; states have colours of their own in app.css. */
const teal: MantineColorsTuple = [
  '#e6f6f4',
  '#cfeae7',
  '#a0d5cf',
  '#6dbfb6',
  '#43aca1',
  '#28a094',
  '#138f84',
  '#0b7a70',
  '#06655d',
  '#014f48',
]

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 7 },
  colors: { teal },
  defaultRadius: 'md',
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } },
    },
    Modal: { defaultProps: { centered: true } },
  },
})
