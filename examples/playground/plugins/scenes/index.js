import * as THREE from './three/build/three.module.js'
import { OrbitControls } from './three/examples/jsm/controls/OrbitControls.js'
import { RoomEnvironment } from './three/examples/jsm/environments/RoomEnvironment.js'
import { RoundedBoxGeometry } from './three/examples/jsm/geometries/RoundedBoxGeometry.js'

const FACES = ['#4b5fe0', '#c23f6a', '#0d8287', '#8d4cc0', '#d99a2b', '#5c6b86']

/** A cube that turns, and that can be turned. */
export function mount(element, { isCalm }) {
  element.style.blockSize = '20rem'
  const renderer = new THREE.WebGLRenderer({ antialias: true, alpha: true })
  renderer.setPixelRatio(Math.min(2, window.devicePixelRatio))
  renderer.toneMapping = THREE.ACESFilmicToneMapping
  renderer.domElement.style.display = 'block'
  element.append(renderer.domElement)
  const scene = new THREE.Scene()
  scene.environment = lightOf(renderer)
  const cube = createCube()
  scene.add(cube)
  const camera = new THREE.PerspectiveCamera(35, 1, 0.1, 50)
  camera.position.set(2.6, 1.9, 3.4)
  const controls = new OrbitControls(camera, renderer.domElement)
  controls.enableZoom = false
  controls.autoRotate = !isCalm
  controls.autoRotateSpeed = 4
  const watcher = new ResizeObserver(() => resize(renderer, camera, element))
  watcher.observe(element)
  resize(renderer, camera, element)
  renderer.setAnimationLoop(() => {
    controls.update()
    renderer.render(scene, camera)
  })
  return () => {
    watcher.disconnect()
    renderer.setAnimationLoop(null)
    controls.dispose()
    cube.geometry.dispose()
    renderer.dispose()
    renderer.domElement.remove()
  }
}

function lightOf(renderer) {
  const maker = new THREE.PMREMGenerator(renderer)
  const { texture } = maker.fromScene(new RoomEnvironment(), 0.04)
  maker.dispose()
  return texture
}

function createCube() {
  const materials = FACES.map((color) => new THREE.MeshStandardMaterial({ color, roughness: 0.35, metalness: 0.1 }))
  return new THREE.Mesh(new RoundedBoxGeometry(1.5, 1.5, 1.5, 6, 0.16), materials)
}

function resize(renderer, camera, { clientWidth, clientHeight }) {
  renderer.setSize(clientWidth, clientHeight)
  camera.aspect = clientWidth / clientHeight
  camera.updateProjectionMatrix()
}
