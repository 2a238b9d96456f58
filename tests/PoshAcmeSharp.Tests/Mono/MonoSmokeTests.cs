using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Mono;

public class MonoSmokeTests
{
    [MonoFact]
    public async Task Mono_makes_keys_issues_a_certificate_and_keeps_it_in_a_profile()
    {
        // Mono cannot read certificates with other keys than RSA.
        await using var server = await PebbleServer.StartAsync(new PebbleOptions { RsaApiCertificate = true });
        var profile = Directory.CreateTempSubdirectory("acme-mono-");
        try
        {
            var result = await ExternalProgram.RequireAsync(
                "mono",
                [ProgramPath(), server.DirectoryUrl, server.ApiCaCertificatePath, server.ChallengeManagementUrl, profile.FullName]);

            Assert.Contains("ok: a certificate was issued for mono.test, *.mono.test, www.mono.test", result.Output, StringComparison.Ordinal);
            Assert.Contains("ok: the certificate is read back", result.Output, StringComparison.Ordinal);
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }

    /// <summary>It is built beside this assembly: artifacts/bin/PROJECT/CONFIGURATION.</summary>
    private static string ProgramPath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(folder.Parent!.Parent!.FullName, "MonoSmoke", folder.Name, "MonoSmoke.exe");
    }
}
