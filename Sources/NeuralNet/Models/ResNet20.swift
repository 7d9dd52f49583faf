internal import Catalogue

/// The 20-layer residual network for 32×32 images.
///
/// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2. Departs from it where the published
/// SkyMask code does: a shortcut of stride 2 is a 1×1 convolution and a batch norm, not a padded identity. 272,474
/// trainable parameters and 1,568 running statistics on 3×32×32 and 10 classes.
package struct ResNet20: Model {
  package static let name = "resnet20"
  package static let summary = "3 stages of 3 residual blocks with 16, 32 and 64 channels, average pool, linear C"
  package static let source = "He et al., Deep Residual Learning for Image Recognition, CVPR 2016"

  package init() {}

  package func layers(input: [Int], classes: Int) throws -> [any Layer] {
    var layers: [any Layer] = [Conv(out: 16, kernel: 3, padding: 1, bias: false), BatchNorm(), ReLU()]
    for (stage, channels) in [16, 32, 64].enumerated() {
      for block in 0..<3 {
        let stride = stage > 0 && block == 0 ? 2 : 1
        let main: [any Layer] = [
          Conv(out: channels, kernel: 3, stride: stride, padding: 1, bias: false), BatchNorm(), ReLU(),
          Conv(out: channels, kernel: 3, padding: 1, bias: false), BatchNorm(),
        ]
        let shortcut: [any Layer] =
          stride == 1 ? [] : [Conv(out: channels, kernel: 1, stride: stride, bias: false), BatchNorm()]
        layers += [Residual(main: main, shortcut: shortcut), ReLU()]
      }
    }
    // The last stage is (H/4) × (W/4); all of it is averaged.
    let side = input.count == 3 ? (((input[1] + 1) / 2) + 1) / 2 : 1
    return layers + [AveragePool(size: side, stride: side), Flatten(), Linear(out: classes)]
  }
}
