using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

/// <summary>Several real processes on one profile, and real kills.</summary>
public class ProcessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Eight_processes_on_one_profile_lose_nothing_and_readers_never_see_half_a_file()
    {
        const int Processes = 8;
        const int Rounds = 25;
        using var profile = new TestProfile();
        var (server, account, _) = profile.Populate();
        var writers = Enumerable.Range(0, Processes)
            .Select(i => Start(profile.Root, "contacts", $"p{i}", Rounds.ToString(CultureInfo.InvariantCulture)))
            .ToList();
        try
        {
            using var deadline = new CancellationTokenSource(Deadline);
            var ends = Task.WhenAll(writers.Select(w => w.WaitForExitAsync(deadline.Token)));
            var lastCount = 0;
            while (!ends.IsCompleted)
            {
                var count = profile.Store.FindAccount(server, account.Id)!.Contact.Count;
                Assert.True(count >= lastCount);
                lastCount = count;
            }

            await ends;
            Assert.All(writers, w => Assert.Equal(0, w.ExitCode));
        }
        finally
        {
            writers.ForEach(End);
        }

        var expected = Enumerable.Range(0, Processes).SelectMany(i => Enumerable.Range(0, Rounds).Select(r => $"mailto:p{i}-{r}@example.test"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), profile.Store.FindAccount(server, account.Id)!.Contact.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Directory.GetFiles(profile.Root, "*", SearchOption.AllDirectories), path => path.Contains(".tmp-", StringComparison.Ordinal) || path.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_lock_of_a_process_that_is_killed_is_free()
    {
        using var profile = new TestProfile();
        profile.Populate();
        using var holder = Start(profile.Root, "hold");
        try
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync().WaitAsync(Deadline));
            var error = await Assert.ThrowsAsync<PoshAcmeException>(() => profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None));
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {holder.Id} on"), error.Message, StringComparison.Ordinal);
        }
        finally
        {
            End(holder);
        }

        using var held = await profile.Store.LockAsync(TimeSpan.Zero, CancellationToken.None);
    }

    [Fact]
    public async Task A_process_that_is_killed_while_it_replaces_certificates_leaves_one_whole_set()
    {
        using var profile = new TestProfile();
        var (_, _, order) = profile.Populate();
        for (var round = 0; round < 5; round++)
        {
            using var writer = Start(profile.Root, "replace", order.Name);
            try
            {
                Assert.Equal("replaced", await writer.StandardOutput.ReadLineAsync().WaitAsync(Deadline));
                await Task.Delay(10 + (17 * round));
            }
            finally
            {
                End(writer);
            }

            using var held = await profile.Store.LockOrderAsync(order, TimeSpan.Zero, CancellationToken.None);
            var version = order.CertExpires!;
            var chains = (int.Parse(version.Split(' ')[1], CultureInfo.InvariantCulture) % 3) + 1;
            Assert.Equal(
                CertificateSets.Names(chains),
                Directory.GetFiles(order.Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
            Assert.All(
                CertificateSets.Names(chains).Where(name => name != "order.json"),
                name => Assert.Equal((name, version), (name, File.ReadAllText(Path.Combine(order.Folder, name)))));
        }
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ProfileWriter.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
