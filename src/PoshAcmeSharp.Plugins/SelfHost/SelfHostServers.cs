using System.Collections.Concurrent;

namespace PoshAcmeSharp.Plugins.SelfHost;

/// <summary>One server a place, so that orders that are validated at the same time share it.</summary>
internal sealed class SelfHostServers
{
    private readonly ConcurrentDictionary<string, SelfHostServer> _servers = new(StringComparer.OrdinalIgnoreCase);

    public SelfHostServer Get(ListenerPrefix prefix) => _servers.GetOrAdd(prefix.Text, _ => new SelfHostServer(prefix));
}
