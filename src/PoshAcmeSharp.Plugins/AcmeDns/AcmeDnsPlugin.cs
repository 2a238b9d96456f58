using System.Globalization;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;

namespace PoshAcmeSharp.Plugins.AcmeDns;

/// <summary>
/// Publishes TXT records at an acme-dns server, which serves nothing else. Each record name is registered there once; a
/// CNAME, which a person creates, leads from the record name to the registration.
/// </summary>
public sealed class AcmeDnsPlugin : IDnsChallengePlugin, ISavingChallengePlugin, IDisposable
{
    /// <summary>The name users give to -Plugin.</summary>
    public const string PluginName = "AcmeDns";

    /// <summary>How many values an acme-dns server keeps for a registration.</summary>
    private const int MaxValues = 2;

    private const int MaxRounds = 4;
    private static readonly TimeSpan RoundPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DnsPatience = TimeSpan.FromSeconds(5);

    private readonly PluginEnvironment _environment;
    private readonly AcmeDnsServer _server;
    private readonly Registrations _registrations;
    private readonly PendingAliases _pending;
    private readonly IDnsResolver _resolver;
    private readonly Dictionary<string, HashSet<string>> _published = new(StringComparer.Ordinal);

    /// <summary>Makes the plugin and checks its arguments; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="environment">
    /// The profile and account where registrations are kept, how to ask DNS, and how to show and to wait.
    /// </param>
    /// <param name="handler">What sends; it must not follow redirects and stays the caller's to dispose. Null makes one.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>.</exception>
    public AcmeDnsPlugin(AcmeDnsOptions options, PluginEnvironment environment, HttpMessageHandler? handler = null)
    {
        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        _environment = environment ?? throw new ArgumentNullException(nameof(environment));
        _registrations = new Registrations(options.ACMERegistration, environment);
        _pending = environment.Memory?.Get<PendingAliases>(PluginName) ?? new PendingAliases();
        _resolver = environment.Resolver ?? new DnsResolver(new DnsResolverOptions { Attempts = 1 });
        _server = new AcmeDnsServer(options, environment.Reporter, handler);
    }

    /// <inheritdoc/>
    public string Name => PluginName;

    /// <inheritdoc/>
    public int MaxConcurrency => 4;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">
    /// <c>AcmeDns.TooManyValues</c>: the server would forget some of the values. <c>AcmeDns.NoAccount</c>: a registration
    /// is needed and there is no account to keep it with. <c>AcmeDns.Unauthorized</c> and others that begin so.
    /// </exception>
    public async Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        var name = DnsName.Normalize(records.RecordName);
        var values = records.Values.Distinct(StringComparer.Ordinal).ToList();
        if (values.Count == 0)
        {
            return;
        }

        RequireFewValues(name, values.Count);
        await _registrations.KeepGivenAsync(cancellationToken).ConfigureAwait(false);
        var registration = _registrations.Find(name);
        var isNew = registration is null;
        registration ??= await RegisterAsync(name, context, cancellationToken).ConfigureAwait(false);
        RequireFewValues(name, CountWith(registration, values));
        await UpdateAsync(name, registration, values, context, cancellationToken).ConfigureAwait(false);
        if (registration.FullDomain != name)
        {
            _pending.Add(new PendingAlias(name, registration.FullDomain, isNew));
        }
    }

    /// <inheritdoc/>
    /// <remarks>Values stay until newer ones take their place: the server has no call to remove one.</remarks>
    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
    {
        var name = DnsName.Normalize(records.RecordName);
        _pending.Remove(name);
        if (_registrations.Find(name) is { } registration)
        {
            lock (_published)
            {
                if (_published.TryGetValue(registration.Subdomain, out var values))
                {
                    values.ExceptWith(records.Values);
                }
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Sees whether the CNAMEs are there. Of names that have just been registered they are waited for, all together; for
    /// others a warning is enough, because name servers of the inside may not have what the CA sees.
    /// </remarks>
    /// <exception cref="PoshAcmeException"><c>AcmeDns.CNameMissing</c>: they are missing, and nobody is there to create them.</exception>
    public async Task SaveAsync(PluginContext context, CancellationToken cancellationToken)
    {
        var pending = _pending.List();
        var found = await Task.WhenAll(pending.Select(alias => FindTargetAsync(alias, context, cancellationToken))).ConfigureAwait(false);
        var missing = pending.Where((alias, i) => found[i] != alias.Target && (alias.IsNew || found[i] is not null)).ToList();
        foreach (var alias in missing.Where(alias => !alias.IsNew))
        {
            context.Reporter.Warning($"The name servers of this machine have no CNAME from {alias.RecordName} to {alias.Target}, which the CA has to find: create it unless it is there for the outside.");
        }

        if (missing.Where(alias => alias.IsNew).ToList() is { Count: > 0 } toCreate)
        {
            await WaitForAliasesAsync(toCreate, cancellationToken).ConfigureAwait(false);
        }

        _pending.Remove([.. pending.Select(alias => alias.RecordName)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    private async Task<Registration> RegisterAsync(string name, PluginContext context, CancellationToken cancellationToken)
    {
        if (!_registrations.CanKeep)
        {
            throw new PoshAcmeException(
                "AcmeDns.NoAccount",
                ErrorKind.InvalidOperation,
                $"{name} is not registered at the acme-dns server, and there is no ACME account to keep a registration with.",
                "Give the registration with ACMERegistration, or choose an account first.");
        }

        var registration = await _server.RegisterAsync(name, context, cancellationToken).ConfigureAwait(false);
        return await _registrations.KeepAsync(name, registration, cancellationToken).ConfigureAwait(false);
    }

    // What nobody knows to have arrived may only be sent again together with the others: the server writes over the older
    // of two values, so that one value twice would drive out the other.
    private async Task UpdateAsync(string name, Registration registration, List<string> values, PluginContext context, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                foreach (var value in values)
                {
                    await _server.UpdateAsync(name, registration, value, context, cancellationToken).ConfigureAwait(false);
                }

                context.Reporter.Verbose($"{registration.FullDomain} has the {values.Count.ToString(CultureInfo.InvariantCulture)} value(s) of {name}.");
                return;
            }
            catch (PoshAcmeException e) when (round < MaxRounds && e.Kind is ErrorKind.Connection or ErrorKind.Timeout)
            {
                context.Reporter.Verbose($"{e.Message} Trying again.");
                await context.Clock.DelayAsync(TimeSpan.FromTicks(RoundPause.Ticks * round), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private int CountWith(Registration registration, List<string> values)
    {
        lock (_published)
        {
            if (!_published.TryGetValue(registration.Subdomain, out var all))
            {
                _published.Add(registration.Subdomain, all = new(StringComparer.Ordinal));
            }

            all.UnionWith(values);
            return all.Count;
        }
    }

    /// <summary>The name that the CNAMEs of a record lead to, itself without any; null when DNS does not tell.</summary>
    private async Task<string?> FindTargetAsync(PendingAlias alias, PluginContext context, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(DnsPatience);
        try
        {
            return await _resolver.FollowAsync(alias.RecordName, null, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            context.Reporter.Verbose($"Whether {alias.RecordName} leads to {alias.Target} could not be asked: no name server answered in time.");
            return null;
        }
        catch (PoshAcmeException e)
        {
            context.Reporter.Verbose($"Whether {alias.RecordName} leads to {alias.Target} could not be asked. {e.Message}");
            return null;
        }
    }

    private async Task WaitForAliasesAsync(IReadOnlyList<PendingAlias> aliases, CancellationToken cancellationToken)
    {
        if (_environment.WaitForUserAsync is not { } wait)
        {
            throw CNameMissing(aliases, null);
        }

        var width = aliases.Max(alias => alias.RecordName.Length);
        var lines = aliases.Select(alias => $"    {alias.RecordName.PadRight(width)}  CNAME  {alias.Target}");
        try
        {
            await wait(string.Join(Environment.NewLine, [string.Empty, "Create these CNAME records; they stay for all renewals:", string.Empty, .. lines, string.Empty]), cancellationToken).ConfigureAwait(false);
        }
        catch (PoshAcmeException e) when (e.ErrorId == "ConfirmationNeeded")
        {
            throw CNameMissing(aliases, e);
        }
    }

    private static void RequireFewValues(string name, int count)
    {
        if (count > MaxValues)
        {
            throw new PoshAcmeException(
                "AcmeDns.TooManyValues",
                ErrorKind.LimitsExceeded,
                $"{name} would need {count.ToString(CultureInfo.InvariantCulture)} values at once, but an acme-dns server keeps only the last {MaxValues.ToString(CultureInfo.InvariantCulture)} of a registration.",
                "Let each name have a registration of its own (no -DnsAlias that several names share), or order the names in several certificates.");
        }
    }

    private static PoshAcmeException CNameMissing(IReadOnlyList<PendingAlias> aliases, Exception? cause) => new(
        "AcmeDns.CNameMissing",
        ErrorKind.InvalidOperation,
        $"These names are registered at the acme-dns server now, but their CNAME records are missing: {string.Join(", ", aliases.Select(alias => $"{alias.RecordName} CNAME {alias.Target}"))}.",
        "Create the CNAME records, then run the command again; this is needed once for each name.",
        cause);
}
