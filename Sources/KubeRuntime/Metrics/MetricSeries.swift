import Synchronization

/// The numbers of one family, by the values of its labels; bounded.
final class MetricSeries<Value: Sendable>: Sendable {
    /// What stands for all values beyond the bound.
    static var surplus: String { "other" }

    private let names: [String]
    private let first: Value
    private let limit: Int
    private let values: Mutex<[[String]: Value]>

    init(_ names: [String], first: Value, limit: Int = 500) {
        self.names = names
        self.first = first
        self.limit = limit
        // What has no labels is there from the beginning.
        values = Mutex(names.isEmpty ? [[]: first] : [:])
    }

    func change(_ labels: [String], _ change: (inout Value) -> Void) {
        var key = Array(labels.prefix(names.count))
        while key.count < names.count { key.append("") }
        values.withLock { values in
            if values[key] == nil, values.count >= limit {
                key = [String](repeating: Self.surplus, count: names.count)
            }
            change(&values[key, default: first])
        }
    }

    /// Ordered by labels.
    var all: [(labels: [(String, String)], value: Value)] {
        let values = values.withLock { $0 }
        return values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (Array(zip(names, $0.key)), $0.value) }
    }
}

/// A number that only grows.
public struct Counter: Sendable {
    let series: MetricSeries<Double>

    init(_ series: MetricSeries<Double>) { self.series = series }

    /// Adds to the number that these values of the labels belong to.
    public func increment(by amount: Double = 1, _ labels: String...) {
        series.change(labels) { $0 += max(amount, 0) }
    }
}

/// A number that goes up and down.
public struct Gauge: Sendable {
    let series: MetricSeries<Double>

    init(_ series: MetricSeries<Double>) { self.series = series }

    public func set(_ number: Double, _ labels: String...) {
        series.change(labels) { $0 = number }
    }
}

/// Measurements, counted by size.
public struct Histogram: Sendable {
    /// From a millisecond to ten minutes.
    public static let seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600]

    /// How many there were of each size, and all together.
    struct Counts: Sendable {
        var sizes: [UInt64]
        var count: UInt64 = 0
        var sum = 0.0
    }

    private let series: MetricSeries<Counts>
    private let bounds: [Double]

    init(_ series: MetricSeries<Counts>, _ bounds: [Double]) {
        self.series = series
        self.bounds = bounds
    }

    public func observe(_ number: Double, _ labels: String...) {
        observe(number, labels)
    }

    /// In seconds.
    public func observe(_ duration: Duration, _ labels: String...) {
        observe(duration / .seconds(1), labels)
    }

    private func observe(_ number: Double, _ labels: [String]) {
        let place = bounds.firstIndex { number <= $0 }
        series.change(labels) { counts in
            counts.count += 1
            counts.sum += number
            if let place { counts.sizes[place] += 1 }
        }
    }

    var samples: [MetricSample] {
        series.all.flatMap { labels, counts in
            var below: UInt64 = 0
            let sizes = zip(bounds, counts.sizes).map { bound, count in
                below += count
                return MetricSample(
                    suffix: "_bucket", labels: labels + [("le", MetricText.number(bound))],
                    value: Double(below))
            }
            return sizes + [
                MetricSample(
                    suffix: "_bucket", labels: labels + [("le", "+Inf")], value: Double(counts.count)),
                MetricSample(suffix: "_sum", labels: labels, value: counts.sum),
                MetricSample(suffix: "_count", labels: labels, value: Double(counts.count)),
            ]
        }
    }
}
