// Commands on the module's base class, compiled by AsyncCommand.Tests.ps1 in the PowerShell under test.
using System;
using System.Management.Automation;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using PoshAcmeSharp;
using PoshAcmeSharp.PowerShell.Infrastructure;

public static class ProbeState
{
    public static bool CleanedUp;
    public static ManualResetEventSlim Started = new ManualResetEventSlim();
}

public abstract class ProbeCommand : AsyncCommand
{
    [Parameter(ValueFromPipeline = true)]
    public string Text { get; set; } = "";

    protected IReporter Reported =>
        (IReporter)typeof(AsyncCommand).GetProperty("Reporter", BindingFlags.Instance | BindingFlags.NonPublic).GetValue(this);
}

[Cmdlet("Write", "Probe")]
public sealed class WriteProbeCommand : ProbeCommand
{
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken);
        Reported.Verbose("verbose " + Text);
        Reported.Debug("debug " + Text);
        Reported.Warning("warning " + Text);
        WriteError(new PoshAcmeException("ProbeFailed", ErrorKind.NotFound, "No " + Text + "."), Text);
        WriteObject("object " + Text);
        await Task.Yield();
        WriteObject(new[] { 1, 2 }, enumerateCollection: true);
    }

    protected override Task EndAsync(CancellationToken cancellationToken)
    {
        WriteObject("end");
        return Task.CompletedTask;
    }
}

[Cmdlet("Stop", "Probe")]
public sealed class StopProbeCommand : ProbeCommand
{
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        var error = new PoshAcmeException("AcmeProblem.rateLimited", ErrorKind.LimitsExceeded, "Too many.", "Wait an hour.");
        error.Data["status"] = 429;
        throw error;
    }
}

[Cmdlet("Skip", "Probe")]
public sealed class SkipProbeCommand : ProbeCommand
{
    protected override bool ContinuesAfterErrors => true;

    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (Text == "bad")
        {
            throw new PoshAcmeException("Bad", ErrorKind.InvalidData, "It is bad.");
        }

        WriteObject(Text);
    }
}

[Cmdlet("Wait", "Probe")]
public sealed class WaitProbeCommand : ProbeCommand
{
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        try
        {
            WriteObject("first");
            ProbeState.Started.Set();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            WriteWarning("cleaning up");
            await Task.Delay(50, CancellationToken.None);
            ProbeState.CleanedUp = true;
        }
    }
}

[Cmdlet("Set", "Probe", SupportsShouldProcess = true)]
public sealed class SetProbeCommand : ProbeCommand
{
    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter AskUser { get; set; }

    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (AskUser && !Force && !await ShouldContinueAsync("Really?", "Probe"))
        {
            WriteObject("refused");
            return;
        }

        WriteObject(await ShouldProcessAsync(Text, "Probe") ? "changed" : "left alone");
    }
}

[Cmdlet("Show", "Probe")]
public sealed class ShowProbeCommand : ProbeCommand
{
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        for (var i = 1; i <= 1000; i++)
        {
            Reported.Progress(new ProgressUpdate("Probing", i + " of 1000", i / 10));
        }

        await Task.Delay(500, cancellationToken);
        WriteObject(await ResolveFilePathAsync("here/../there"));
    }
}
