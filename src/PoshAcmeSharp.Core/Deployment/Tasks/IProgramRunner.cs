namespace PoshAcmeSharp.Deployment.Tasks;

/// <summary>Runs the programs of a scheduler, such as <c>systemctl</c> and <c>crontab</c>.</summary>
public interface IProgramRunner
{
    /// <summary>Whether a program is on the PATH.</summary>
    /// <param name="program">Its name.</param>
    bool Exists(string program);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its name, to be found on the PATH.</param>
    /// <param name="arguments">Arguments without blanks and quotes.</param>
    /// <param name="input">What it reads, or null for nothing.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <returns>What became of it; a failure is for the caller to judge.</returns>
    /// <exception cref="PoshAcmeException"><c>ProgramNotFound</c>, <c>ProgramTimeout</c>.</exception>
    Task<ProgramResult> RunAsync(string program, IReadOnlyList<string> arguments, byte[]? input, CancellationToken cancellationToken);
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its code.</param>
/// <param name="Output">What it wrote, byte for byte.</param>
/// <param name="Errors">What it wrote to its error stream.</param>
public sealed record ProgramResult(int ExitCode, byte[] Output, string Errors);
