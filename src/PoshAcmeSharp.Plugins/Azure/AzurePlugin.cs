using System.Security;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.Azure;

/// <summary>Publishes TXT records in public zones of Azure DNS.</summary>
public sealed class AzurePlugin : IDnsChallengePlugin, IDisposable
{
    /// <summary>The name users give to -Plugin.</summary>
    public const string PluginName = "Azure";

    private readonly AzureApi _api;
    private readonly AzureZones _zones;
    private readonly AzureRecords _records;
    private readonly Func<string, CancellationToken, Task<string>>? _resolveAlias;

    /// <summary>Makes the plugin and checks its arguments; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="handler">What sends; it must not follow redirects and stays the caller's to dispose. Null makes one.</param>
    /// <param name="resolveAlias">Gives the name at the end of the CNAMEs of a record name, or the name itself; null follows none.</param>
    /// <param name="getVariable">Reads a variable of the environment, where some services name their identity endpoint; null reads the process's.</param>
    /// <exception cref="PoshAcmeException"><c>InvalidPluginArguments</c>, <c>Azure.CertificateUnusable</c>.</exception>
    public AzurePlugin(
        AzureOptions options,
        HttpMessageHandler? handler = null,
        Func<string, CancellationToken, Task<string>>? resolveAlias = null,
        Func<string, string?>? getVariable = null)
    {
        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        var cloud = AzureCloud.Named(options.AZEnvironment);
        var subscription = RequireId(options.AZSubscriptionId, nameof(options.AZSubscriptionId));
        _api = new AzureApi(cloud, LoginOf(options, cloud, handler, getVariable ?? Environment.GetEnvironmentVariable), handler);
        _zones = new AzureZones(_api, subscription);
        _records = new AzureRecords(_api);
        _resolveAlias = resolveAlias;
    }

    /// <inheritdoc/>
    public string Name => PluginName;

    /// <inheritdoc/>
    public int MaxConcurrency => 4;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">
    /// <c>Azure.AccessDenied</c>, <c>Azure.LoginFailed</c>, <c>Azure.ZoneNotFound</c>, <c>Azure.RateLimited</c> and others that begin so.
    /// </exception>
    public Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => ChangeAsync(records.RecordName, there => [.. there, .. records.Values.Except(there)], context, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">As for publishing.</exception>
    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => ChangeAsync(records.RecordName, there => [.. there.Where(value => !records.Values.Contains(value))], context, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _zones.Dispose();
        _api.Dispose();
    }

    private async Task ChangeAsync(string recordName, Func<IReadOnlyList<string>, IReadOnlyList<string>> change, PluginContext context, CancellationToken cancellationToken)
    {
        var target = await RecordAlias.FollowAsync(recordName, _resolveAlias, context, cancellationToken).ConfigureAwait(false);
        var zone = await _zones.FindAsync(target, context, cancellationToken).ConfigureAwait(false);
        await _records.ChangeAsync(zone, target, change, context, cancellationToken).ConfigureAwait(false);
    }

    private static IAzureLogin LoginOf(AzureOptions options, AzureCloud cloud, HttpMessageHandler? handler, Func<string, string?> getVariable)
    {
        var ways = new (string Name, bool IsGiven, Func<IAzureLogin> Make)[]
        {
            (nameof(options.AZAppCred), options.AZAppCred is not null, () => ApplicationLogin.By(SecretOf(options.AZAppCred!.Password, null), cloud, Tenant(), RequireId(options.AZAppCred.UserName, nameof(options.AZAppCred)), handler)),
            (nameof(options.AZAppPasswordInsecure), options.AZAppPasswordInsecure is not null, () => ApplicationLogin.By(SecretOf(null, options.AZAppPasswordInsecure), cloud, Tenant(), Application(), handler)),
            (nameof(options.AZCertThumbprint), options.AZCertThumbprint is not null, () => WithCertificate(() => ClientCertificate.FromStore(RequireId(options.AZCertThumbprint, nameof(options.AZCertThumbprint))))),
            (nameof(options.AZCertPfx), options.AZCertPfx is not null, () => WithCertificate(() => ClientCertificate.FromFile(options.AZCertPfx!, SecretOf(options.AZPfxPassSecure, options.AZPfxPass)))),
            (nameof(options.AZAccessToken), options.AZAccessToken is not null, () => new GivenToken(HeaderText(SecretOf(null, options.AZAccessToken), nameof(options.AZAccessToken)))),
            (nameof(options.AZAccessTokenSecure), options.AZAccessTokenSecure is not null, () => new GivenToken(HeaderText(SecretOf(options.AZAccessTokenSecure, null), nameof(options.AZAccessTokenSecure)))),
            (nameof(options.AZUseIMDS), options.AZUseIMDS, () => new MachineIdentity(cloud, options.AZArcAgentAPIVersion, handler, getVariable)),
        };
        var given = Array.FindAll(ways, way => way.IsGiven);
        return given.Length == 1 ? given[0].Make() : throw Invalid(given.Length == 0
            ? "Azure needs a way to get a token."
            : $"These arguments of Azure do not go together: {string.Join(", ", given.Select(way => way.Name))}.");

        string Tenant() => RequireId(options.AZTenantId, nameof(options.AZTenantId));
        string Application() => RequireId(options.AZAppUsername, nameof(options.AZAppUsername));
        IAzureLogin WithCertificate(Func<ClientCertificate> find)
        {
            var (tenant, application) = (Tenant(), Application());
            return ApplicationLogin.By(find(), cloud, tenant, application, handler);
        }
    }

    private static Secret SecretOf(SecureString? secure, string? plain) => secure is null ? new Secret(plain ?? string.Empty) : new Secret(secure.Copy());

    private static Secret HeaderText(Secret secret, string argument)
        => secret.IsHeaderText() ? secret : throw Invalid($"{argument} is empty, or holds a space, a line break or another character that no token has.");

    // They become parts of paths: dots alone and slashes would lead elsewhere.
    private static string RequireId(string? id, string argument)
        => id is { Length: > 0 } && id.Trim('.').Length > 0 && id.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '-' or '.' or '_')
            ? id
            : throw Invalid($"{argument} is no ID of Azure.");

    private static PoshAcmeException Invalid(string message) => new(
        "InvalidPluginArguments",
        ErrorKind.InvalidArgument,
        message,
        "Give AZSubscriptionId with AZTenantId and AZAppCred, with an application's certificate, with AZAccessTokenSecure, or with AZUseIMDS. Get-PAPlugin Azure -Params shows the sets.");
}
