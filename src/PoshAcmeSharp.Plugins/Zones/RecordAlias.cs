using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Plugins.Zones;

/// <summary>Where a record is really to be changed.</summary>
internal static class RecordAlias
{
    /// <summary>Follows the CNAME of a record, where there is one.</summary>
    /// <param name="recordName">The full name of the record as it was given.</param>
    /// <param name="resolve">Finds what an alias leads to; null: aliases are not followed.</param>
    /// <param name="context">Where an alias is told.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The name to change, in its normal form.</returns>
    /// <exception cref="PoshAcmeException"><c>InvalidDomainName</c>; or the alias cannot be followed.</exception>
    internal static async Task<string> FollowAsync(
        string recordName, Func<string, CancellationToken, Task<string>>? resolve, PluginContext context, CancellationToken cancellationToken)
    {
        var name = DnsName.Normalize(recordName);
        var target = resolve is null ? name : DnsName.Normalize(await resolve(name, cancellationToken).ConfigureAwait(false));
        if (target != name)
        {
            context.Reporter.Verbose($"{name} is an alias of {target}.");
        }

        return target;
    }
}
