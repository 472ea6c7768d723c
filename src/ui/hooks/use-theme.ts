// The terminal's abilities, for every component below.
import {createContext, useContext} from 'react'
import type {Theme} from '../theme.ts'

export const ThemeContext = createContext<Theme>({color: false, unicode: true})

export const useTheme = (): Theme => useContext(ThemeContext)
