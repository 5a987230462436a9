import Synchronization

/// What is counted and measured, for Prometheus.
///
/// Families are made once, when the program starts, and kept by who feeds them. Labels are bounded: of a family that
/// would get too many, the surplus is one series.
public final class Metrics: Sendable {
    /// A family as it is written.
    private struct Entry: Sendable {
        var name: String
        var help: String
        var type: String
        var samples: @Sendable () -> [MetricSample]
    }

    private let entries = Mutex<[Entry]>([])

    public init() {}

    /// Makes a family of numbers that only grow.
    ///
    /// - Parameters:
    ///   - name: Ends in `_total`.
    ///   - help: One line for people.
    ///   - labels: Their names; each number is told apart by the values.
    /// - Returns: What counts.
    public func counter(_ name: String, _ help: String, labels: [String] = []) -> Counter {
        let counter = Counter(MetricSeries(labels, first: 0))
        add(name, help, "counter") {
            counter.series.all.map { MetricSample(labels: $0.labels, value: $0.value) }
        }
        return counter
    }

    /// Makes a family of numbers that go up and down.
    public func gauge(_ name: String, _ help: String, labels: [String] = []) -> Gauge {
        let gauge = Gauge(MetricSeries(labels, first: 0))
        add(name, help, "gauge") {
            gauge.series.all.map { MetricSample(labels: $0.labels, value: $0.value) }
        }
        return gauge
    }

    /// Makes a family whose numbers are looked up when they are asked for.
    ///
    /// - Parameters:
    ///   - name: Of the family.
    ///   - help: One line for people.
    ///   - labels: Their names.
    ///   - read: The values of the labels, and the number that belongs to them; quick, and bounded by its maker.
    public func gauge(
        _ name: String, _ help: String, labels: [String] = [],
        read: @escaping @Sendable () -> [(values: [String], number: Double)]
    ) {
        add(name, help, "gauge") {
            read().map { MetricSample(labels: Array(zip(labels, $0.values)), value: $0.number) }
        }
    }

    /// Makes a family of measurements, counted by size.
    ///
    /// - Parameters:
    ///   - name: With the unit at its end: `_seconds`.
    ///   - help: One line for people.
    ///   - labels: Their names.
    ///   - bounds: The upper ends of the sizes, ascending.
    /// - Returns: What takes measurements.
    public func histogram(
        _ name: String, _ help: String, labels: [String] = [], bounds: [Double] = Histogram.seconds
    ) -> Histogram {
        let empty = Histogram.Counts(sizes: [UInt64](repeating: 0, count: bounds.count))
        let histogram = Histogram(MetricSeries(labels, first: empty), bounds)
        add(name, help, "histogram") { histogram.samples }
        return histogram
    }

    private func add(
        _ name: String, _ help: String, _ type: String, _ samples: @escaping @Sendable () -> [MetricSample]
    ) {
        entries.withLock { $0.append(Entry(name: name, help: help, type: type, samples: samples)) }
    }

    /// Everything, in Prometheus' text format 0.0.4.
    public var text: String {
        let entries = entries.withLock { $0 }
        var text = MetricText()
        for entry in entries.sorted(by: { $0.name < $1.name }) {
            text.family(entry.name, help: entry.help, type: entry.type, samples: entry.samples())
        }
        return text.text
    }
}
