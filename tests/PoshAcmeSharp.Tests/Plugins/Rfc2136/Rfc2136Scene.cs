using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Dns;
using PoshAcmeSharp.Plugins.Rfc2136;
using PoshAcmeSharp.Tests.Support;

namespace PoshAcmeSharp.Tests.Plugins.Rfc2136;

/// <summary>A plugin at work with a real name server, and what the server then has.</summary>
internal sealed class Rfc2136Scene(NameServer server)
{
    private readonly DnsResolver _resolver = new();

    public RecordingReporter Reporter { get; } = new();

    public IClock Clock { get; init; } = SystemClock.Instance;

    public PluginContext Context => new(Reporter, Clock);

    public static Rfc2136Options WithKey(Rfc2136Options options, string name, string type, string secret)
    {
        options.DDNSKeyName = name;
        options.DDNSKeyType = type;
        options.DDNSKeyValue = SecureText.Of(secret);
        return options;
    }

    public Rfc2136Options Options(string algorithm = "hmac-sha256")
        => WithKey(new() { DDNSNameserver = server.Endpoint }, server.Keys[algorithm], algorithm, server.Secret);

    public Task AddAsync(Rfc2136Options options, string name, params string[] values)
        => new Rfc2136Plugin(options).PublishAsync(new(name, values), Context, CancellationToken.None);

    public Task RemoveAsync(Rfc2136Options options, string name, params string[] values)
        => new Rfc2136Plugin(options).UnpublishAsync(new(name, values), Context, CancellationToken.None);

    public async Task<PoshAcmeException> RefusedAsync(Rfc2136Options options, string name)
        => await Xunit.Assert.ThrowsAsync<PoshAcmeException>(() => AddAsync(options, name, "value"));

    /// <summary>The values of a TXT record, sorted.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(string name)
    {
        var response = await _resolver.QueryAsync(new(name, DnsRecordType.Txt), NameServerEndpoint.Parse(server.Endpoint), CancellationToken.None);
        return [.. response.Answers.Where(record => record.Type == DnsRecordType.Txt).Select(record => record.Data).Order(StringComparer.Ordinal)];
    }
}
