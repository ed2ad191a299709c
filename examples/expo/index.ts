import { registerRootComponent } from 'expo'
import { defineBackgroundTask } from 'plugdock/expo'
import { App } from './App'
import { dockOptions } from './dock'

// here, and in no component: when the system wakes the app for the task, no component is ever shown
defineBackgroundTask({ dock: dockOptions })

registerRootComponent(App)
