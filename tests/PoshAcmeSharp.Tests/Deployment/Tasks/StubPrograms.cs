using System.Text;
using PoshAcmeSharp.Deployment.Tasks;

namespace PoshAcmeSharp.Tests.Deployment.Tasks;

/// <summary>A crontab that behaves like cron's, and a systemctl that says what it is told to.</summary>
internal sealed class StubPrograms : IProgramRunner
{
    /// <summary>Null when the user has no crontab.</summary>
    public byte[]? Crontab { get; set; }

    /// <summary>Why crontab refuses; null when it does not.</summary>
    public string? Refusal { get; set; }

    public List<string> Calls { get; } = [];

    public Func<string, ProgramResult> Systemctl { get; set; } = _ => new(0, [], string.Empty);

    public bool Exists(string program) => true;

    public Task<ProgramResult> RunAsync(string program, IReadOnlyList<string> arguments, byte[]? input, CancellationToken cancellationToken)
    {
        var call = $"{program} {string.Join(' ', arguments)}";
        Calls.Add(call);
        return Task.FromResult(program == "systemctl" ? Systemctl(call) : RunCrontab(arguments[0], input));
    }

    private ProgramResult RunCrontab(string argument, byte[]? input)
    {
        if (Refusal is not null)
        {
            return new(1, [], Refusal);
        }

        switch (argument)
        {
            case "-l":
                return Crontab is null ? new(1, [], "no crontab for somebody") : new(0, Crontab, string.Empty);
            case "-r":
                Crontab = null;
                break;
            default:
                Crontab = input;
                break;
        }

        return new(0, Encoding.ASCII.GetBytes(string.Empty), string.Empty);
    }
}
