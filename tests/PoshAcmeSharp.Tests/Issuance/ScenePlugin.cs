using System.Collections.Concurrent;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Tests.Support;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>A plugin that orders can name, with one argument that it needs; it remembers what was done with it.</summary>
internal sealed class ScenePlugin(string name) : PluginDescriptor
{
    private int _made;
    private int _disposed;

    public override string Name => name;

    public override string ChallengeType => PoshAcmeSharp.Challenges.ChallengeType.Dns01;

    public override IReadOnlyList<PluginParameter> Parameters { get; } = [new(name + "Key", "String", null, IsMandatory: true)];

    /// <summary>Where its records are.</summary>
    public StubDns Dns { get; } = new();

    public int Made => _made;

    public int Disposed => _disposed;

    public int Saved { get; private set; }

    public ConcurrentQueue<string> Unpublished { get; } = new();

    /// <summary>For each call its verb, the record, the number of values and the argument that the instance has.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What happens before a record is published.</summary>
    public Func<string, CancellationToken, Task>? Publishing { get; set; }

    public Action? Unpublishing { get; set; }

    public override IChallengePlugin Create(IReadOnlyDictionary<string, object?> arguments, PluginEnvironment environment)
    {
        if (!arguments.ContainsKey(Parameters[0].Name))
        {
            throw new PoshAcmeException("InvalidPluginArguments", ErrorKind.InvalidArgument, $"The plugin {Name} needs the argument {Parameters[0].Name}.");
        }

        Interlocked.Increment(ref _made);
        return new Instance(this, arguments[Parameters[0].Name]);
    }

    private sealed class Instance(ScenePlugin owner, object? key) : IDnsChallengePlugin, ISavingChallengePlugin, IDisposable
    {
        public string Name => owner.Name;

        public int MaxConcurrency => 4;

        public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        {
            owner.Calls.Enqueue($"add {records.RecordName} {records.Values.Count} {key}");
            await owner.Dns.PublishAsync(records, context, cancellationToken);
            await (owner.Publishing?.Invoke(records.RecordName, cancellationToken) ?? Task.CompletedTask);
        }

        public async Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        {
            owner.Unpublished.Enqueue(records.RecordName);
            owner.Calls.Enqueue($"remove {records.RecordName} {records.Values.Count} {key}");
            owner.Unpublishing?.Invoke();
            await owner.Dns.UnpublishAsync(records, context, cancellationToken);
        }

        public Task SaveAsync(PluginContext context, CancellationToken cancellationToken)
        {
            owner.Saved++;
            return Task.CompletedTask;
        }

        public void Dispose() => Interlocked.Increment(ref owner._disposed);
    }
}
