/// A layer of a model: what it does to one sample of shape [C, H, W] or [features].
package indirect enum Layer: Sendable, Equatable {
  /// Square kernel; the result is [out, H', W'] with H' = (H + 2·padding − kernel) / stride + 1.
  case convolution(out: Int, kernel: Int, stride: Int = 1, padding: Int = 0, bias: Bool = true)
  /// The input is taken as a vector, row-major.
  case linear(out: Int)
  case relu
  case maxPool(size: Int, stride: Int)
  case averagePool(size: Int, stride: Int)
  /// Over batch and area by channel; momentum 0.1, ε 1e-5.
  case batchNorm
  case flatten
  /// main(x) + shortcut(x); an empty shortcut is x itself.
  case residual(main: [Layer], shortcut: [Layer])
}

/// A layer with its shapes, and the places of its tensors in the model's layout.
struct PlacedLayer {
  let layer: Layer
  let input: [Int]
  let output: [Int]
  /// Indices into the layout's tensors: weight and bias, or scale, shift, running mean and running variance.
  var slots: [Int] = []
  var main: [PlacedLayer] = []
  var shortcut: [PlacedLayer] = []
}

/// Shapes and tensors of a model's layers.
struct PlacedModel {
  private(set) var layers: [PlacedLayer] = []
  private(set) var layout = ParameterLayout(tensors: [])
  private var drafts: [(name: String, shape: [Int], kind: ParameterLayout.Kind, fanIn: Int)] = []
  private var counts: [String: Int] = [:]

  /// - Throws: `NetworkError.shape` for a layer that cannot take its input.
  init(_ layers: [Layer], input: [Int], classes: Int) throws {
    var placed = try place(layers, input: input)
    guard case .linear(classes)? = layers.last else {
      throw NetworkError.shape(
        layer: "the model's end", input: placed.last?.output ?? input, need: "a linear layer of \(classes) as the last")
    }
    // Running statistics go behind everything trainable.
    let isStatistic: (Int) -> Bool = { [drafts] in
      drafts[$0].kind == .runningMean || drafts[$0].kind == .runningVariance
    }
    let order = drafts.indices.filter { !isStatistic($0) } + drafts.indices.filter(isStatistic)
    var place = [Int](repeating: 0, count: drafts.count)
    var tensors: [ParameterLayout.Tensor] = []
    var offset = 0
    for (slot, draft) in order.enumerated() {
      place[draft] = slot
      let made = drafts[draft]
      tensors.append(.init(name: made.name, shape: made.shape, kind: made.kind, offset: offset, fanIn: made.fanIn))
      offset += made.shape.reduce(1, *)
    }
    PlacedModel.renumber(&placed, place)
    self.layers = placed
    layout = ParameterLayout(tensors: tensors)
  }

  /// - Throws: `NetworkError.shape` for a layer that cannot take its input.
  static func check(_ layers: [Layer], input: [Int]) throws {
    var model = PlacedModel()
    _ = try model.place(layers, input: input)
  }

  private init() {}

  private static func renumber(_ layers: inout [PlacedLayer], _ place: [Int]) {
    for i in layers.indices {
      layers[i].slots = layers[i].slots.map { place[$0] }
      renumber(&layers[i].main, place)
      renumber(&layers[i].shortcut, place)
    }
  }

  private mutating func add(
    _ name: String, _ shape: [Int], _ kind: ParameterLayout.Kind, fanIn: Int = 0
  ) -> Int {
    drafts.append((name, shape, kind, fanIn))
    return drafts.count - 1
  }

  private mutating func name(_ kind: String) -> String {
    counts[kind, default: 0] += 1
    return "\(kind)\(counts[kind, default: 1])"
  }

  private mutating func place(_ layers: [Layer], input: [Int]) throws -> [PlacedLayer] {
    var placed: [PlacedLayer] = []
    for layer in layers { placed.append(try place(layer, input: placed.last?.output ?? input)) }
    return placed
  }

  private mutating func place(_ layer: Layer, input: [Int]) throws -> PlacedLayer {
    switch layer {
    case .convolution(let out, let kernel, let stride, let padding, let bias):
      let name = name("convolution")
      guard input.count == 3, input[1] + 2 * padding >= kernel, input[2] + 2 * padding >= kernel else {
        throw NetworkError.shape(layer: name, input: input, need: "channels × height × width of at least \(kernel)")
      }
      var placed = PlacedLayer(
        layer: layer, input: input,
        output: [
          out, (input[1] + 2 * padding - kernel) / stride + 1, (input[2] + 2 * padding - kernel) / stride + 1,
        ])
      let fanIn = input[0] * kernel * kernel
      placed.slots = [add("\(name).weight", [out, input[0], kernel, kernel], .weight, fanIn: fanIn)]
      if bias { placed.slots.append(add("\(name).bias", [out], .vector, fanIn: fanIn)) }
      return placed
    case .linear(let out):
      let name = name("linear")
      var placed = PlacedLayer(layer: layer, input: input, output: [out])
      let fanIn = input.reduce(1, *)
      // The weight keeps the input's shape, [out, C, H, W], which is [out, features] row by row.
      placed.slots = [
        add("\(name).weight", [out] + input, .weight, fanIn: fanIn), add("\(name).bias", [out], .vector, fanIn: fanIn),
      ]
      return placed
    case .maxPool(let size, let stride), .averagePool(let size, let stride):
      guard input.count == 3, input[1] >= size, input[2] >= size else {
        throw NetworkError.shape(layer: "pool", input: input, need: "channels × height × width of at least \(size)")
      }
      return PlacedLayer(
        layer: layer, input: input,
        output: [input[0], (input[1] - size) / stride + 1, (input[2] - size) / stride + 1])
    case .batchNorm:
      let name = name("batch_norm")
      guard input.count == 3 else {
        throw NetworkError.shape(layer: name, input: input, need: "channels × height × width")
      }
      var placed = PlacedLayer(layer: layer, input: input, output: input)
      placed.slots = [
        add("\(name).scale", [input[0]], .batchNormScale), add("\(name).shift", [input[0]], .vector),
        add("\(name).running_mean", [input[0]], .runningMean),
        add("\(name).running_variance", [input[0]], .runningVariance),
      ]
      return placed
    case .relu, .flatten:
      return PlacedLayer(layer: layer, input: input, output: input)
    case .residual(let main, let shortcut):
      let mainPlaced = try place(main, input: input)
      let shortcutPlaced = try place(shortcut, input: input)
      let output = mainPlaced.last?.output ?? input
      guard output == shortcutPlaced.last?.output ?? input else {
        throw NetworkError.shape(
          layer: "residual", input: shortcutPlaced.last?.output ?? input,
          need: "the shape of its main branch, \(output.map(String.init).joined(separator: "×"))")
      }
      var placed = PlacedLayer(layer: layer, input: input, output: output)
      placed.main = mainPlaced
      placed.shortcut = shortcutPlaced
      return placed
    }
  }
}
