import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import 'plugdock/react/styles.css'
import './inspector.css'
import { Inspector } from './Inspector.js'
import { Pages } from './pages.js'

const element = document.getElementById('root')
if (!element) throw new Error('index.html has no #root')
createRoot(element).render(
  <StrictMode>
    <Inspector pages={new Pages()} />
  </StrictMode>,
)
