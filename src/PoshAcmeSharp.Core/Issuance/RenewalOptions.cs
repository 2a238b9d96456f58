using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.Issuance;

/// <summary>How orders are renewed.</summary>
public sealed class RenewalOptions
{
    /// <summary>Renews what is not due too, and what failed a moment ago.</summary>
    public bool Force { get; init; }

    /// <summary>Renews orders that need somebody to answer their challenges.</summary>
    public bool NoSkipManualDns { get; init; }

    /// <summary>Arguments of the plugins, added to those that are kept with each order or in their place; null for none.</summary>
    public IReadOnlyDictionary<string, object?>? PluginArgs { get; init; }

    /// <summary>Folders of plugin scripts that the orders are to have of their own; null: those that they have.</summary>
    public IReadOnlyList<string>? PluginPath { get; init; }

    /// <summary>How many orders are renewed at once.</summary>
    public int ThrottleLimit { get; init; } = 5;

    /// <summary>Makes a fresh request for an order whose request is made elsewhere; null: the kept one is used again.</summary>
    public Func<StoredOrder, CancellationToken, Task<Csr>>? CsrProvider { get; init; }

    /// <summary>Whether a script is run for the new certificates: see <see cref="Deployment.DeployHooks"/>.</summary>
    public bool AwaitsHook { get; init; }
}
