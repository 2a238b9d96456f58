using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PoshAcmeSharp.Plugins;
using PoshAcmeSharp.PowerShell.ScriptPlugins;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>Completes an argument out of what is in the profile; asks no server.</summary>
public abstract class ProfileCompleter : ValuesCompleter
{
    /// <inheritdoc/>
    protected sealed override IEnumerable<string> GetValues(IDictionary boundParameters)
        => GetValues(new ProfileStore(ProfileRoot.Default(), null, SystemClock.Instance, NullReporter.Instance));

    /// <summary>The values in a profile.</summary>
    /// <param name="store">The profile.</param>
    /// <returns>The values in the order to show them.</returns>
    private protected abstract IEnumerable<string> GetValues(ProfileStore store);

    private protected static IEnumerable<StoredAccount> CurrentAccount(ProfileStore store)
        => store.GetCurrentAccount() is { } account ? [account] : [];
}

/// <summary>Completes well-known servers and those in the profile.</summary>
public sealed class DirectoryUrlCompleter : ProfileCompleter
{
    private protected override IEnumerable<string> GetValues(ProfileStore store)
        => WellKnownServers.All.Keys.Concat(store.ListServers().Select(s => s.Location).Where(l => !WellKnownServers.All.Values.Contains(l)));
}

/// <summary>Completes names of servers.</summary>
public sealed class ServerNameCompleter : ProfileCompleter
{
    private protected override IEnumerable<string> GetValues(ProfileStore store) => store.ListServers().Select(s => s.Name);
}

/// <summary>Completes ids of accounts at the current server.</summary>
public sealed class AccountIdCompleter : ProfileCompleter
{
    private protected override IEnumerable<string> GetValues(ProfileStore store)
        => store.GetCurrentServer() is { } server ? store.ListAccounts(server).Select(a => a.Id) : [];
}

/// <summary>Completes names of orders of the current account.</summary>
public sealed class OrderNameCompleter : ProfileCompleter
{
    private protected override IEnumerable<string> GetValues(ProfileStore store)
        => CurrentAccount(store).SelectMany(account => store.ListOrders(account)).Select(o => o.Name);
}

/// <summary>Completes main domains of the orders of the current account.</summary>
public sealed class MainDomainCompleter : ProfileCompleter
{
    private protected override IEnumerable<string> GetValues(ProfileStore store)
        => CurrentAccount(store).SelectMany(account => store.ListOrders(account)).Select(o => o.MainDomain).Distinct();
}

/// <summary>Completes the certificate profiles of the current server.</summary>
public sealed class CertificateProfileCompleter : ProfileCompleter
{
    private protected override IEnumerable<string> GetValues(ProfileStore store)
        => store.GetCurrentServer()?.Meta?["profiles"] is Json.PlainObject profiles ? profiles.Select(p => p.Key) : [];
}

/// <summary>Completes the plugins; scripts by the names of their files, without reading them.</summary>
public sealed class PluginCompleter : ValuesCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> GetValues(IDictionary boundParameters)
        => NativePlugins.List().Select(p => p.Name)
            .Concat(ScriptPluginSource.ListNames(LanguagePrimitives.TryConvertTo(boundParameters["PluginPath"], CultureInfo.InvariantCulture, out string[] folders) ? folders : null))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .OrderBy(n => n, StringComparer.OrdinalIgnoreCase);
}
