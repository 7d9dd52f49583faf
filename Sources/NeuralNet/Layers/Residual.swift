internal import CKernels
package import Catalogue

/// The sum of two branches that start from one input; an empty branch is the input itself.
package struct Residual: Layer {
  package static let name = "residual"
  package static let label = "residual"
  package static let summary = "the sum of two branches of layers; without a shortcut, of a branch and the input itself"
  package static let source = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"
  package static let parameters = [
    Parameter("main", .list(.component(LayerKinds.family)), "the layers of the one branch"),
    Parameter("shortcut", .list(.component(LayerKinds.family)), "those of the other; empty = the input itself"),
  ]
  package static let shorthand: String? = "main"

  var main: [ListedLayer] = []
  var shortcut: [ListedLayer] = []

  package init() {}

  package init(main: [any Layer], shortcut: [any Layer] = []) {
    (self.main, self.shortcut) = (main.map(ListedLayer.init), shortcut.map(ListedLayer.init))
  }

  package var branches: [[any Layer]] { [main.map(\.layer), shortcut.map(\.layer)] }

  package func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) throws -> LayerOutline {
    guard branches[0] == branches[1] else {
      throw NetworkError.shape(
        layer: name, input: branches[1],
        need: "the shape of its main branch, \(branches[0].map(String.init).joined(separator: "×"))")
    }
    return LayerOutline(output: branches[0], operations: branches[0].reduce(1, *))
  }

  package func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int) {
    let relu = next.startsWithReLU
    // The branches read the input in place of this layer.
    input.readers -= 1
    let shortcut = plan.add(placed.branches[1], to: input)
    // A batch norm at the end of the main branch takes the sum along.
    if let last = placed.branches[0].last, let norm = last.layer as? BatchNorm {
      let main = plan.add(Array(placed.branches[0].dropLast()), to: input)
      main.readers += 1
      shortcut.readers += 1
      return (norm.compile(last, main, plus: shortcut, relu: relu, in: plan), relu ? 1 : 0)
    }
    let main = plan.add(placed.branches[0], to: input)
    main.readers += 1
    shortcut.readers += 1
    return (sum(main, shortcut, relu: relu, in: plan), relu ? 1 : 0)
  }

  private func sum(_ a: Activation, _ b: Activation, relu: Bool, in plan: Plan) -> Activation {
    let output = plan.activation(a.shape, afterReLU: relu)
    let name = "sum\(relu ? " + ReLU" : "") of \(a.shape.described)"
    plan.forward(
      Step(name, [a.data, b.data, output.data]) { pass in
        skm_add(pass.count(of: a), a.data.floats, b.data.floats, relu ? 1 : 0, output.data.floats)
      })
    plan.backward {
      guard let gradient = output.gradient else { return [] }
      let targets = [a, b].filter(\.wantsGradient).map { $0.addGradient() }
      return output.finishing + [
        Step("\(name), backward", [gradient] + targets) { pass in
          for target in targets { target.floats.update(from: gradient.floats, count: pass.count(of: output)) }
        }
      ]
    }
    return output
  }

  package func plain(
    _ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass
  ) -> (PlainTensor, PlainTensor.Pullback) {
    let (a, backMain) = pass.run(placed.branches[0], x)
    let (b, backShortcut) = pass.run(placed.branches[1], x)
    return (
      PlainTensor(shape: a.shape, values: zip(a.values, b.values).map(+)),
      { back, gradients in
        let first = backMain(back, &gradients), second = backShortcut(back, &gradients)
        return PlainTensor(shape: x.shape, values: zip(first.values, second.values).map(+))
      }
    )
  }
}
