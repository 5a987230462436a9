/// Manifests as text, for tests that need something other than the examples.
package enum Manifest {
    /// A ConfigMap with one value.
    package static func configMap(_ name: String, value: String = "1", annotations: [String: String] = [:])
        -> String
    {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: \(name)
        \(text(annotations))data:
          value: "\(value)"

        """
    }

    /// A Job of one container. A name ending in `-` becomes its `generateName`.
    package static func job(_ name: String, annotations: [String: String] = [:]) -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          \(name.hasSuffix("-") ? "generateName" : "name"): \(name)
        \(text(annotations))spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: busybox:1.36

        """
    }

    /// A Deployment of one replica.
    package static func deployment(_ name: String, annotations: [String: String] = [:]) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \(name)
        \(text(annotations))spec:
          selector:
            matchLabels:
              app: \(name)
          template:
            metadata:
              labels:
                app: \(name)
            spec:
              containers:
                - name: main
                  image: busybox:1.36

        """
    }

    private static func text(_ annotations: [String: String]) -> String {
        guard !annotations.isEmpty else { return "" }
        let lines = annotations.sorted { $0.key < $1.key }.map {
            "    argocd.argoproj.io/\($0.key): \"\($0.value)\"\n"
        }
        return "  annotations:\n" + lines.joined()
    }
}
