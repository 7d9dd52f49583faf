"""Times a training step in skymask and in PyTorch by turns; Scripts/compare-pytorch.sh runs this file."""

import argparse
import math
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Callable

import torch
from torch import nn
from torch.nn import functional as F


def cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 30, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Conv2d(30, 50, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1250, 100), nn.ReLU(inplace=True), nn.Linear(100, 10),
    )


class Block(nn.Module):
    """A residual block; a shortcut of stride 2 is a 1×1 convolution and a batch norm."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False), nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.main(x) + self.shortcut(x), inplace=True)


def resnet20() -> nn.Module:
    layers = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    inputs = 16
    for outputs, stride in [(16, 1), (16, 1), (16, 1), (32, 2), (32, 1), (32, 1), (64, 2), (64, 1), (64, 1)]:
        layers.append(Block(inputs, outputs, stride))
        inputs = outputs
    return nn.Sequential(*layers, nn.AvgPool2d(8), nn.Flatten(), nn.Linear(64, 10))


def mlp() -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 200), nn.ReLU(inplace=True), nn.Linear(200, 200), nn.ReLU(inplace=True),
        nn.Linear(200, 10),
    )


def lr() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(561, 6))


@dataclass
class Subject:
    """A model of Sources/NeuralNet/Models and the batch that it is compared on."""

    build: Callable[[], nn.Module]
    input: tuple[int, ...]
    classes: int
    batch: int
    parameters: int  # as skymask counts them: a model that differs is rejected
    formats: tuple[str, ...] = ("contiguous",)


IMAGE_FORMATS = ("contiguous", "channels_last")
SUBJECTS = {
    "cnn": Subject(cnn, (1, 28, 28), 10, 32, 139_960, IMAGE_FORMATS),
    "resnet20": Subject(resnet20, (3, 32, 32), 10, 64, 272_474, IMAGE_FORMATS),
    "mlp": Subject(mlp, (1, 28, 28), 10, 32, 199_210),
    "lr": Subject(lr, (561,), 6, 32, 3_372),
}


def pytorch_milliseconds(subject: Subject, memory_format: str, seconds: float) -> list[float]:
    """The time of each training step over about `seconds` seconds, in eager mode."""
    torch.manual_seed(1)
    model = subject.build().train()
    count = sum(parameter.numel() for parameter in model.parameters())
    if count != subject.parameters:
        sys.exit(f"error: {subject.build.__name__} has {count} parameters here and {subject.parameters} in skymask")
    images = torch.randn(subject.batch, *subject.input)
    labels = torch.randint(subject.classes, (subject.batch,))
    if memory_format == "channels_last":
        model = model.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    parameters = list(model.parameters())
    optimizer = torch.optim.SGD(parameters, lr=1e-3)

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(images), labels).backward()
        for parameter in parameters:
            parameter.grad.clamp_(-0.01, 0.01)
        optimizer.step()

    for _ in range(5):
        step()
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - start))
    return times


def skymask_milliseconds(bench: str, name: str, seconds: str) -> float:
    """The median time of the same step in skymask, which skymask-bench measures."""
    command = [bench, "step", name, "--batch", str(SUBJECTS[name].batch), "--seconds", seconds]
    result = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"error: '{shlex.join(command)}' failed with exit code {result.returncode}")
    try:
        milliseconds = float(result.stdout)
    except ValueError:
        milliseconds = math.nan
    if not 0 < milliseconds < math.inf:
        sys.exit(f"error: '{shlex.join(command)}' printed {result.stdout!r} instead of milliseconds")
    return milliseconds


def cpu_name() -> str:
    if sys.platform == "darwin":
        return subprocess.check_output(["sysctl", "-n", "machdep.cpu.brand_string"], text=True).strip()
    with open("/proc/cpuinfo") as lines:
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def core() -> str:
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    return f"pinned to core {min(cores)}" if len(cores) == 1 else "not pinned to a core"


def progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def compare(names: list[str], bench: str, rounds: int, seconds: str) -> None:
    ours = {name: [] for name in names}
    theirs = {(name, form): [] for name in names for form in SUBJECTS[name].formats}
    wall_seconds = cpu_seconds = 0.0
    for turn in range(1, rounds + 1):
        for name in names:
            ours[name].append(skymask_milliseconds(bench, name, seconds))
            progress(f"round {turn}/{rounds}, {name}: skymask {ours[name][-1]:.3f} ms")
            for form in SUBJECTS[name].formats:
                wall, cpu = time.perf_counter(), time.process_time()
                times = pytorch_milliseconds(SUBJECTS[name], form, float(seconds))
                theirs[name, form].append(statistics.median(times))
                wall_seconds += time.perf_counter() - wall
                cpu_seconds += time.process_time() - cpu
                progress(f"round {turn}/{rounds}, {name}: PyTorch {form} {theirs[name, form][-1]:.3f} ms")

    mkldnn = torch.backends.mkldnn.is_available() and torch.backends.mkldnn.enabled
    print(f"CPU: {cpu_name()}, {core()}, one thread")
    print(f"skymask: SKYMASK_ISA {os.environ.get('SKYMASK_ISA') or 'is not set'}")
    print(
        f"PyTorch: {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, "
        f"mkldnn {'enabled' if mkldnn else 'disabled'}"
    )
    print("The published SkyMask code uses contiguous tensors; channels_last is PyTorch's other memory format.")
    print(f"Medians of {rounds} alternating rounds of about {seconds} s each; ratio = PyTorch / skymask")
    print()
    print(f"{'model':<9} {'batch':>5}  {'PyTorch format':<14} {'skymask ms':>11} {'PyTorch ms':>11} {'ratio':>7}  range")
    for (name, form), times in theirs.items():
        ratios = [their / our for our, their in zip(ours[name], times)]
        print(
            f"{name:<9} {SUBJECTS[name].batch:>5}  {form:<14} {statistics.median(ours[name]):>11.3f} "
            f"{statistics.median(times):>11.3f} {statistics.median(ratios):>7.2f}  "
            f"{min(ratios):.2f} to {max(ratios):.2f}"
        )
    if cpu_seconds < 0.95 * wall_seconds:
        progress(
            f"warning: PyTorch ran for only {100 * cpu_seconds / wall_seconds:.0f} % of its time; "
            "other processes on this core disturb the ratios"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Run Scripts/compare-pytorch.sh, which runs this file.")
    parser.add_argument("--bench", required=True, help="path of skymask-bench")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seconds", required=True)
    parser.add_argument("models", nargs="+", choices=SUBJECTS)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    compare(list(dict.fromkeys(arguments.models)), arguments.bench, arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
