using System.Globalization;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.Zones;

namespace PoshAcmeSharp.Plugins.Rfc2136;

/// <summary>
/// Publishes TXT records by dynamic updates (RFC 2136), signed with a shared key (TSIG, RFC 8945) where one is given. All
/// values of a name go in one message; each is added or removed by itself, so that values of others stay.
/// </summary>
public sealed class Rfc2136Plugin : IDnsChallengePlugin
{
    /// <summary>The name that users give to -Plugin.</summary>
    public const string PluginName = "RFC2136";

    private readonly UpdateClient _client;
    private readonly UpdateZones _zones;
    private readonly string? _programPath;
    private readonly Func<string, CancellationToken, Task<string>>? _resolveAlias;

    /// <summary>Makes the plugin and checks its arguments; nothing is sent.</summary>
    /// <param name="options">The arguments.</param>
    /// <param name="resolver">Who finds the zone's primary server where none is given; null: a resolver of the system's network.</param>
    /// <param name="resolveAlias">Gives the name at the end of the CNAMEs of a record name, or the name itself; null follows none.</param>
    /// <exception cref="PoshAcmeException">
    /// <c>InvalidPluginArguments</c>: a part of the key is missing or wrong, or the port. <c>InvalidNameServer</c>,
    /// <c>InvalidDomainName</c>: the name server, or a zone, cannot be used.
    /// </exception>
    public Rfc2136Plugin(Rfc2136Options options, IDnsResolver? resolver = null, Func<string, CancellationToken, Task<string>>? resolveAlias = null)
    {
        var given = options ?? throw new ArgumentNullException(nameof(options));
        var port = PortOf(given);
        _client = new UpdateClient(TsigKey.From(given));
        _zones = new UpdateZones(
            _client,
            resolver ?? new DnsResolver(),
            string.IsNullOrWhiteSpace(given.DDNSNameserver) ? null : ServerOf(given.DDNSNameserver!, port),
            port,
            [.. (given.DDNSZone ?? []).Where(static zone => !string.IsNullOrWhiteSpace(zone)).Select(static zone => DnsName.Normalize(zone.Trim()))]);
        _programPath = given.DDNSExePath;
        _resolveAlias = resolveAlias;
    }

    /// <inheritdoc/>
    public string Name => PluginName;

    /// <inheritdoc/>
    /// <remarks>A server changes a zone one update after the other: more at once would only wait.</remarks>
    public int MaxConcurrency => 4;

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">
    /// <c>RFC2136.Refused</c>, <c>RFC2136.NotAuth</c>, <c>RFC2136.BadKey</c>, <c>RFC2136.BadSig</c>, <c>RFC2136.BadTime</c>,
    /// <c>RFC2136.ZoneNotFound</c>, <c>RFC2136.Timeout</c> and others that begin so; <c>NameServerNotFound</c>.
    /// </exception>
    public Task PublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => ApplyAsync(records, isRemoval: false, context, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="PoshAcmeException">As for publishing.</exception>
    public Task UnpublishAsync(TxtRecordSet records, PluginContext context, CancellationToken cancellationToken)
        => ApplyAsync(records, isRemoval: true, context, cancellationToken);

    private async Task ApplyAsync(TxtRecordSet records, bool isRemoval, PluginContext context, CancellationToken cancellationToken)
    {
        var values = records.Values.Distinct(StringComparer.Ordinal).ToList();
        if (values.Count == 0)
        {
            return;
        }

        if (_programPath is not null)
        {
            context.Reporter.Verbose($"DDNSExePath is not used: {PluginName} sends its updates itself.");
        }

        var name = await RecordAlias.FollowAsync(records.RecordName, _resolveAlias, context, cancellationToken).ConfigureAwait(false);
        var (zone, server) = await _zones.FindAsync(name, context, cancellationToken).ConfigureAwait(false);
        var signed = _client.KeyName is { } key ? $"signed by the key {key}" : "not signed";
        context.Reporter.Verbose(
            $"{(isRemoval ? "Removing" : "Adding")} {values.Count.ToString(CultureInfo.InvariantCulture)} value(s) of the TXT record {name}: an update of the zone {zone} at {server}, {signed}.");

        var id = DnsResolver.NewId();
        var message = UpdateMessage.Write(id, zone, name, values, isRemoval);
        var answer = await _client.SendAsync(server, message, packet => UpdateMessage.IsAnswerTo(packet, id), context, cancellationToken).ConfigureAwait(false);
        context.Reporter.Debug($"The name server {answer.Server} answered {Rfc2136Errors.NameOf(answer.Code)}.");
        if (answer.Code != UpdateCode.NoError)
        {
            throw Rfc2136Errors.OfKey(answer, _client.KeyName, context.Clock.UtcNow) ?? Rfc2136Errors.OfUpdate(answer, _client.KeyName, name, zone);
        }
    }

    private static int PortOf(Rfc2136Options options)
        => string.IsNullOrWhiteSpace(options.DDNSPort)
            ? NameServerEndpoint.DefaultPort
            : int.TryParse(options.DDNSPort, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
                ? port
                : throw new PoshAcmeException(
                    "InvalidPluginArguments",
                    ErrorKind.InvalidArgument,
                    $"DDNSPort '{options.DDNSPort}' is not a port.",
                    "Give a number from 1 to 65535, or leave it out for 53.");

    // A port beside the host wins: it was written for this host.
    private static NameServerEndpoint ServerOf(string text, int port)
    {
        var server = NameServerEndpoint.Parse(text);
        return server.Port == NameServerEndpoint.DefaultPort ? server with { Port = port } : server;
    }
}
