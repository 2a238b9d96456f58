using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Rfc2136;

/// <summary>The plugin against knot: what another server may do in another way.</summary>
public class KnotTests
{
    private const string Name = "_acme-challenge.www.example.test";

    [FactWith("knotd")]
    public async Task Values_are_added_and_removed_with_every_type_of_key()
    {
        await using var server = await NameServer.StartKnotAsync();
        var scene = new Rfc2136Scene(server);

        foreach (var algorithm in server.Keys.Keys)
        {
            await scene.AddAsync(scene.Options(algorithm), Name, algorithm, "shared");
        }

        await scene.RemoveAsync(scene.Options(), Name, [.. server.Keys.Keys.Where(key => key != "hmac-sha1")]);

        Assert.Equal(["hmac-sha1", "shared"], await scene.ReadAsync(Name));
    }

    [FactWith("knotd")]
    public async Task Keys_and_clocks_that_are_wrong_are_told_apart()
    {
        await using var server = await NameServer.StartKnotAsync();
        var scene = new Rfc2136Scene(server);
        var late = new Rfc2136Scene(server) { Clock = new ShiftedClock { Shift = TimeSpan.FromMinutes(10) } };

        var unknown = await scene.RefusedAsync(Rfc2136Scene.WithKey(scene.Options(), "nobody", "hmac-sha256", server.Secret), Name);
        var otherSecret = await scene.RefusedAsync(Rfc2136Scene.WithKey(scene.Options(), server.Keys["hmac-sha256"], "hmac-sha256", "b3RoZXI="), Name);
        var otherTime = await late.RefusedAsync(late.Options(), Name);
        var powerless = await scene.RefusedAsync(Rfc2136Scene.WithKey(scene.Options(), NameServer.PowerlessKey, "hmac-sha256", server.Secret), Name);

        Assert.Equal(["RFC2136.BadKey", "RFC2136.BadSig", "RFC2136.BadTime"], [unknown.ErrorId, otherSecret.ErrorId, otherTime.ErrorId]);
        Assert.Contains(" s ahead of the server's", otherTime.Message, StringComparison.Ordinal);
        Assert.Contains("powerless-key", powerless.Message, StringComparison.Ordinal);
    }
}
