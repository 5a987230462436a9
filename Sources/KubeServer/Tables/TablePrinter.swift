import KubeCore

/// Puts objects into the rows that `kubectl get` prints.
struct TablePrinter {
    let resource: Resource
    let version: ResourceVersion
    let now: Timestamp

    /// One column of a table.
    struct Column: Sendable {
        var name: String
        var type = "string"
        var format = ""
        /// Above zero: only in a wide table.
        var priority: Int64 = 0
        /// What stands in a row; comes with the time for ages.
        var cell: @Sendable (JSONObject, Timestamp) -> JSONValue
    }

    func table(of objects: [JSONObject], metadata: JSONObject? = nil) -> JSONValue {
        let columns = TableColumns.of(resource, version)
        let only = objects.count == 1 ? objects.first : nil
        let version = only?.metadata("resourceVersion") ?? ""
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1",
            "metadata": .object(metadata ?? ["resourceVersion": version]),
            "columnDefinitions": .array(columns.map(\.json)),
            "rows": .array(objects.map { row($0, columns) }),
        ]
    }

    private func row(_ object: JSONObject, _ columns: [Column]) -> JSONValue {
        [
            "cells": .array(columns.map { $0.cell(object, now) }),
            "object": .object(RequestScope.partial(object)),
        ]
    }

    /// How long ago a date is, in at most two units: `15m`, `3d4h`.
    static func age(_ text: String?, at now: Timestamp) -> String {
        guard let text, let time = Timestamp(text) else { return "<unknown>" }
        return duration(seconds: now.seconds - time.seconds)
    }

    static func duration(seconds: Int64) -> String {
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        if seconds < 120 { return "\(seconds)s" }
        let minutes = seconds / 60
        if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        let hours = seconds / 3600
        if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if hours < 192 { return pair(hours / 24, "d", hours % 24, "h") }
        if hours < 24 * 365 * 2 { return "\(hours / 24)d" }
        if hours < 24 * 365 * 8 { return pair(hours / 24 / 365, "y", hours / 24 % 365, "d") }
        return "\(hours / 24 / 365)y"
    }

    private static func pair(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(smallUnit)"
    }
}

extension TablePrinter.Column {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "type": .string(type), "format": .string(format), "description": "",
            "priority": .int(priority),
        ]
    }
}
